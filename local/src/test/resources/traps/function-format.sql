-- A function of a catalogue function's name that fits the arguments better
-- fire: SELECT format('a'::varchar, 'b'::varchar)
CREATE FUNCTION public.format(varchar, varchar) RETURNS text LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN ''; END$$;
