-- Text || name, with which catalogue queries build names
-- fire: SELECT 'a'::text || 'a'::name
CREATE FUNCTION public.trap(text, name) RETURNS text LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN ''; END$$;
CREATE OPERATOR public.|| (LEFTARG = text, RIGHTARG = name, FUNCTION = public.trap);
