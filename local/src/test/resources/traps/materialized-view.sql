-- A materialized view, which whoever refreshes it evaluates
-- fire: SELECT public.bait()
CREATE FUNCTION public.bait() RETURNS integer LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN 1; END$$;
CREATE MATERIALIZED VIEW public.baited AS SELECT public.bait() AS id WITH NO DATA;
