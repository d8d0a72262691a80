-- Another schema in front of public on everybody's search path
-- fire: SELECT 'a'::name = 'a'::varchar
CREATE SCHEMA bait;
GRANT USAGE ON SCHEMA bait TO PUBLIC;
CREATE FUNCTION bait.trap(name, varchar) RETURNS boolean LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN true; END$$;
CREATE OPERATOR bait.= (LEFTARG = name, RIGHTARG = varchar, FUNCTION = bait.trap);
ALTER DATABASE {database} SET search_path = bait, public, pg_catalog;
