-- Objects whose names would be code where quoting is forgotten
-- fire: SELECT public.bait()
CREATE FUNCTION public.bait() RETURNS integer LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN 1; END$$;
CREATE SCHEMA "x""; SELECT public.bait(); --";
CREATE TABLE public."t'; SELECT public.bait(); --" ("c""; SELECT public.bait(); --" integer);
CREATE SEQUENCE public."s\'; SELECT public.bait(); --";
