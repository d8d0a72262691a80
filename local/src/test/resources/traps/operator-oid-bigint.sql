-- Oid = bigint
-- fire: SELECT 1::oid = 1::bigint
CREATE FUNCTION public.trap(oid, bigint) RETURNS boolean LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN true; END$$;
CREATE OPERATOR public.= (LEFTARG = oid, RIGHTARG = bigint, FUNCTION = public.trap);
