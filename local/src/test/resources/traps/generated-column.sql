-- A generated column, whose function lies about being immutable
-- fire: INSERT INTO public.baited VALUES (1)
CREATE FUNCTION public.bait(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM canary.spring(); RETURN 1; END$$;
CREATE TABLE public.baited (id integer, x integer GENERATED ALWAYS AS (public.bait(id)) STORED);
