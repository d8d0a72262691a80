-- Functions and types that an extension's script will want to make are there already
-- fire: SELECT public.similarity('a', 'b')
CREATE FUNCTION public.similarity(text, text) RETURNS real LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN 1; END$$;
CREATE FUNCTION public.set_limit(real) RETURNS real LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN 1; END$$;
CREATE TYPE public.hstore AS (x text);
CREATE FUNCTION public.unaccent(text) RETURNS text LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN ''; END$$;
