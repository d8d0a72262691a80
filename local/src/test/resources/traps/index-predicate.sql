-- A partial index, which ANALYZE and REINDEX evaluate too
-- fire: INSERT INTO public.baited VALUES (1)
CREATE FUNCTION public.bait(integer) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM canary.spring(); RETURN true; END$$;
CREATE TABLE public.baited (id integer);
INSERT INTO public.baited VALUES (1);
CREATE INDEX ON public.baited (id) WHERE public.bait(id);
