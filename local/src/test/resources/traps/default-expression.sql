-- A default of a column
-- fire: INSERT INTO public.baited (x) VALUES (1)
CREATE FUNCTION public.bait() RETURNS integer LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN 1; END$$;
CREATE TABLE public.baited (id integer DEFAULT public.bait(), x integer);
