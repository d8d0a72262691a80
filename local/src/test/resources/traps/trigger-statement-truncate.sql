-- A statement trigger on TRUNCATE
-- fire: TRUNCATE public.bait
CREATE TABLE public.bait (id integer);
CREATE FUNCTION public.trap() RETURNS trigger LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN NULL; END$$;
CREATE TRIGGER trap BEFORE TRUNCATE ON public.bait EXECUTE FUNCTION public.trap();
