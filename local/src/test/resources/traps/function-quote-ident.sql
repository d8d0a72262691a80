-- A function of a catalogue function's name that fits the arguments better
-- fire: SELECT quote_ident('a'::name)
CREATE FUNCTION public.quote_ident(name) RETURNS text LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN ''; END$$;
