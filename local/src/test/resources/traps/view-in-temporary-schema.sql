-- A temporary view called like a catalogue, in the tenant's own session only
-- fire: CREATE TEMPORARY VIEW pg_class AS SELECT * FROM pg_catalog.pg_class WHERE public.bait(); SET search_path = pg_temp, pg_catalog; SELECT count(*) FROM pg_class
CREATE FUNCTION public.bait() RETURNS boolean LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN true; END$$;
CREATE TEMPORARY VIEW pg_class AS SELECT * FROM pg_catalog.pg_class WHERE public.bait();
