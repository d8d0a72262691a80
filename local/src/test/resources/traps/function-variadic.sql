-- A variadic function that takes whatever is not found
-- fire: SELECT concat_ws(VARIADIC ARRAY['a'::varchar])
CREATE FUNCTION public.concat_ws(VARIADIC varchar[]) RETURNS text LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN ''; END$$;
