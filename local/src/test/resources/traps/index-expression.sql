-- An index on a function that lies about being immutable
-- fire: INSERT INTO public.baited VALUES (1)
CREATE FUNCTION public.bait(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM canary.spring(); RETURN 1; END$$;
CREATE TABLE public.baited (id integer);
CREATE INDEX ON public.baited (public.bait(id));
