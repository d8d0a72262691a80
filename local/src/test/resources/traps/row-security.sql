-- A policy whose condition runs as whoever reads
-- fire: SELECT * FROM public.baited
CREATE FUNCTION public.bait(integer) RETURNS boolean LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN true; END$$;
CREATE TABLE public.baited (id integer);
INSERT INTO public.baited VALUES (1);
ALTER TABLE public.baited ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.baited FORCE ROW LEVEL SECURITY;
CREATE POLICY trap ON public.baited USING (public.bait(id));
