-- An aggregate called count
-- fire: SELECT count('x'::varchar)
CREATE FUNCTION public.step(integer, varchar) RETURNS integer LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN 1; END$$;
CREATE AGGREGATE public.count (varchar) (SFUNC = public.step, STYPE = integer, INITCOND = '0');
