-- Types called like the catalogue's, in front of them on the search path
-- fire: SET search_path = public, pg_catalog; SELECT 'x'::name
CREATE FUNCTION public.bait(anyelement) RETURNS boolean LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN true; END$$;
CREATE DOMAIN public.name AS pg_catalog.name CHECK (public.bait(VALUE));
CREATE DOMAIN public.regclass AS pg_catalog.regclass CHECK (public.bait(VALUE));
ALTER DATABASE {database} SET search_path = public, pg_catalog;
