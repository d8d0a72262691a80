-- An aggregate called string_agg that fits name better
-- fire: SELECT string_agg('x'::name, ','::varchar)
CREATE FUNCTION public.step(text, name, varchar) RETURNS text LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN ''; END$$;
CREATE AGGREGATE public.string_agg (name, varchar) (SFUNC = public.step, STYPE = text, INITCOND = '');
