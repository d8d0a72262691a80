-- A domain's check
-- fire: SELECT 'x'::public.baited
CREATE FUNCTION public.bait(text) RETURNS boolean LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN true; END$$;
CREATE DOMAIN public.baited AS text CHECK (public.bait(VALUE));
