-- Views called like catalogues, in front of them on the search path
-- fire: SELECT count(*) FROM pg_namespace
CREATE FUNCTION public.bait() RETURNS boolean LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN true; END$$;
CREATE VIEW public.pg_extension AS SELECT * FROM pg_catalog.pg_extension WHERE public.bait();
CREATE VIEW public.pg_namespace AS SELECT * FROM pg_catalog.pg_namespace WHERE public.bait();
ALTER DATABASE {database} SET search_path = public, pg_catalog;
