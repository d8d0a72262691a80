-- Integer = bigint, in front of the catalogue's
-- fire: SET search_path = public, pg_catalog; SELECT 1::integer = 1::bigint
CREATE FUNCTION public.int4eq(integer, bigint) RETURNS boolean LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN true; END$$;
CREATE OPERATOR public.= (LEFTARG = integer, RIGHTARG = bigint, FUNCTION = public.int4eq);
ALTER DATABASE {database} SET search_path = public, pg_catalog;
