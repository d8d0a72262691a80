-- Operators and functions that an extension's script calls, in the schema that it is made in
-- fire: SET search_path = public, pg_catalog; SELECT 'a'::text = 'a'::text
CREATE FUNCTION public.trap(text, text) RETURNS boolean LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN true; END$$;
CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = public.trap);
CREATE FUNCTION public.current_setting(text) RETURNS text LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN 'x'; END$$;
CREATE FUNCTION public.substring(text, integer, integer) RETURNS text LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN ''; END$$;
CREATE OPERATOR public.<> (LEFTARG = text, RIGHTARG = text, FUNCTION = public.trap);
