-- A collation called like the catalogue's
-- fire: SELECT public.bait()
CREATE COLLATION public."C" (provider = libc, locale = 'C');
CREATE FUNCTION public.bait() RETURNS integer LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN 1; END$$;
