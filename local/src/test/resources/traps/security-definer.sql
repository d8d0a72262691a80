-- A function that runs as its owner and is called like one of ours
-- fire: SELECT pg_has_role(current_user, 'x'::varchar, 'MEMBER'::varchar)
CREATE FUNCTION public.pg_has_role(name, varchar, varchar) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS $$BEGIN PERFORM canary.spring(); RETURN true; END$$;
