-- A check constraint
-- fire: INSERT INTO public.baited VALUES (1)
CREATE FUNCTION public.bait(integer) RETURNS boolean LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN true; END$$;
CREATE TABLE public.baited (id integer CHECK (public.bait(id)));
