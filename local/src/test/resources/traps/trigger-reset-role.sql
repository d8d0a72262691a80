-- A trigger that resets the role first, which is why SET ROLE protects nobody
-- fire: INSERT INTO public.bait VALUES (1)
CREATE TABLE public.bait (id integer);
CREATE FUNCTION public.trap() RETURNS trigger LANGUAGE plpgsql  AS $$BEGIN RESET ROLE; RESET SESSION AUTHORIZATION; PERFORM canary.spring(); RETURN NEW; END$$;
CREATE TRIGGER trap BEFORE INSERT ON public.bait FOR EACH ROW EXECUTE FUNCTION public.trap();
