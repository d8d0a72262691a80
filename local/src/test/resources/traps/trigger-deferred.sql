-- A constraint trigger that waits for the commit
-- fire: INSERT INTO public.bait VALUES (1)
CREATE TABLE public.bait (id integer);
CREATE FUNCTION public.trap() RETURNS trigger LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN NULL; END$$;
CREATE CONSTRAINT TRIGGER trap AFTER INSERT ON public.bait DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.trap();
