-- "char" <> varchar
-- fire: SELECT 'a'::"char" <> 'a'::varchar
CREATE FUNCTION public.trap("char", varchar) RETURNS boolean LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN true; END$$;
CREATE OPERATOR public.<> (LEFTARG = "char", RIGHTARG = varchar, FUNCTION = public.trap);
