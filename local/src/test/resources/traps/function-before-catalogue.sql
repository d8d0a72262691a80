-- Functions of exactly the catalogue's signature, for a search path with public in front
-- fire: SELECT pg_encoding_to_char(6)
CREATE FUNCTION public.pg_table_is_visible(oid) RETURNS boolean LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN true; END$$;
CREATE FUNCTION public.pg_encoding_to_char(integer) RETURNS name LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN 'UTF8'; END$$;
ALTER DATABASE {database} SET search_path = public, pg_catalog;
