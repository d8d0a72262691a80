-- A function of a catalogue function's name that fits the arguments better
-- fire: SELECT lower('a'::name)
CREATE FUNCTION public.lower(name) RETURNS text LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN ''; END$$;
