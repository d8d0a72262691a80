-- A partitioned table whose parts have triggers
-- fire: INSERT INTO public.bait VALUES (1)
CREATE TABLE public.bait (id integer) PARTITION BY RANGE (id);
CREATE TABLE public.bait_1 PARTITION OF public.bait FOR VALUES FROM (0) TO (10);
CREATE FUNCTION public.trap() RETURNS trigger LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN NEW; END$$;
CREATE TRIGGER trap AFTER INSERT ON public.bait FOR EACH ROW EXECUTE FUNCTION public.trap();
