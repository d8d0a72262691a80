-- An event trigger, which a tenant cannot make: what it can is the function
-- fire: SELECT public.bait()
CREATE FUNCTION public.trap() RETURNS event_trigger LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); END$$;
CREATE FUNCTION public.bait() RETURNS integer LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN 1; END$$;
DO $$BEGIN CREATE EVENT TRIGGER trap ON ddl_command_end EXECUTE FUNCTION public.trap(); EXCEPTION WHEN insufficient_privilege THEN NULL; END$$;
