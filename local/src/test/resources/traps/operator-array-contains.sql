-- Aclitem[] @> varchar
-- fire: SELECT 'a'::name @> ARRAY['a'::varchar]
CREATE FUNCTION public.trap(name, varchar[]) RETURNS boolean LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN true; END$$;
CREATE OPERATOR public.@> (LEFTARG = name, RIGHTARG = varchar[], FUNCTION = public.trap);
