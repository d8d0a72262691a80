-- A function of a catalogue function's name that fits the arguments better
-- fire: SELECT pg_backend_pid('x')
CREATE FUNCTION public.pg_backend_pid(varchar DEFAULT '') RETURNS integer LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN 1; END$$;
