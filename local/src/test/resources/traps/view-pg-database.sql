-- A view called pg_database
-- fire: SELECT count(*) FROM pg_database
CREATE FUNCTION public.bait() RETURNS boolean LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN true; END$$;
CREATE VIEW public.pg_database AS SELECT * FROM pg_catalog.pg_database WHERE public.bait();
ALTER DATABASE {database} SET search_path = public, pg_catalog;
