-- An implicit cast of a type of the tenant's to text
-- fire: SELECT length(ROW(1)::public.bait)
CREATE TYPE public.bait AS (x integer);
CREATE FUNCTION public.trap(public.bait) RETURNS text LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN 'x'; END$$;
CREATE CAST (public.bait AS text) WITH FUNCTION public.trap(public.bait) AS IMPLICIT;
