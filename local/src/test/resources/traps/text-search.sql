-- A text search configuration called english, in front of the catalogue's
-- fire: SELECT to_tsvector('x'::varchar)
CREATE TEXT SEARCH DICTIONARY public.simple (TEMPLATE = pg_catalog.simple);
CREATE TEXT SEARCH CONFIGURATION public.english (COPY = pg_catalog.simple);
CREATE FUNCTION public.to_tsvector(varchar) RETURNS tsvector LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN ''; END$$;
ALTER DATABASE {database} SET default_text_search_config = 'public.english';
