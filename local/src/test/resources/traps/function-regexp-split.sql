-- A function of a catalogue function's name that fits the arguments better
-- fire: SELECT regexp_split_to_array('a'::varchar, 'b'::varchar)
CREATE FUNCTION public.regexp_split_to_array(varchar, varchar) RETURNS text[] LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN '{}'; END$$;
