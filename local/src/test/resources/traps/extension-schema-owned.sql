-- A schema with the name that an extension wants for itself
-- fire: SELECT count(*) FROM tiger.pg_class
CREATE SCHEMA topology;
CREATE SCHEMA tiger;
GRANT USAGE ON SCHEMA tiger, topology TO PUBLIC;
CREATE FUNCTION topology.bait() RETURNS integer LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN 1; END$$;
CREATE VIEW tiger.pg_class AS SELECT * FROM pg_catalog.pg_class WHERE topology.bait() > 0;
GRANT SELECT ON tiger.pg_class TO PUBLIC;
