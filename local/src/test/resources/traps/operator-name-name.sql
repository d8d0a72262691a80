-- Name = name in schema public, found before pg_catalog's only by a search path that says so
-- fire: SET search_path = public, pg_catalog; SELECT 'a'::name = 'a'::name
CREATE FUNCTION public.trap(name, name) RETURNS boolean LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN true; END$$;
CREATE OPERATOR public.= (LEFTARG = name, RIGHTARG = name, FUNCTION = public.trap);
