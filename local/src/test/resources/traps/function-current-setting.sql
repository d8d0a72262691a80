-- A function of a catalogue function's name that fits the arguments better
-- fire: SELECT current_setting('work_mem'::varchar)
CREATE FUNCTION public.current_setting(varchar) RETURNS text LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN 'x'; END$$;
