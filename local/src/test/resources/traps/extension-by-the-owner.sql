-- The owner has made the trusted extensions itself and added to them
-- fire: SELECT 'a'::citext = 'b'::varchar
CREATE EXTENSION hstore SCHEMA public;
CREATE EXTENSION citext SCHEMA public;
CREATE FUNCTION public.trap(citext, varchar) RETURNS boolean LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN true; END$$;
CREATE OPERATOR public.= (LEFTARG = citext, RIGHTARG = varchar, FUNCTION = public.trap);
