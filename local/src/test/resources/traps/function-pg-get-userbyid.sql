-- A function of a catalogue function's name that fits the arguments better
-- fire: SELECT pg_get_userbyid(10::bigint)
CREATE FUNCTION public.pg_get_userbyid(bigint) RETURNS name LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN 'x'; END$$;
