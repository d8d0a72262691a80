-- Public in front of pg_catalog for everybody who connects
-- fire: SELECT upper('x'::text)
CREATE FUNCTION public.upper(text) RETURNS text LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN ''; END$$;
ALTER DATABASE {database} SET search_path = public, pg_catalog;
ALTER ROLE {owner} SET search_path = public, pg_catalog;
