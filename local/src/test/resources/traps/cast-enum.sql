-- An implicit cast from an enum to name
-- fire: SELECT quote_ident('pg_class'::public.bait::name::text)
CREATE TYPE public.bait AS ENUM ('pg_class');
CREATE FUNCTION public.trap(public.bait) RETURNS name LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN 'x'; END$$;
CREATE CAST (public.bait AS name) WITH FUNCTION public.trap(public.bait) AS IMPLICIT;
