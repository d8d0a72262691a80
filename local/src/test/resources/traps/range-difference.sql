-- A range type with a subtype difference function
-- fire: SELECT public.bait(1, 2)
CREATE FUNCTION public.bait(float8, float8) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM canary.spring(); RETURN 1; END$$;
CREATE TYPE public.baited AS RANGE (subtype = float8, subtype_diff = public.bait);
CREATE TABLE public.ranges (r public.baited);
CREATE INDEX ON public.ranges USING gist (r);
INSERT INTO public.ranges SELECT public.baited(n, n + 1) FROM generate_series(1, 500) n;
