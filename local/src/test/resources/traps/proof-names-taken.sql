-- The names that our proofs use are taken
-- fire: INSERT INTO bait_access.proof DEFAULT VALUES
CREATE FUNCTION public.bait() RETURNS integer LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN 1; END$$;
CREATE SCHEMA bait_access;
GRANT USAGE ON SCHEMA bait_access TO PUBLIC;
CREATE TABLE bait_access.proof (id integer DEFAULT public.bait());
CREATE TABLE public.steward_proof (id integer DEFAULT public.bait());
CREATE TABLE public.steward_access (id integer);
GRANT ALL ON bait_access.proof TO PUBLIC;
