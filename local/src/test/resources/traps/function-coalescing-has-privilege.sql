-- A function of a catalogue function's name that fits the arguments better
-- fire: SELECT has_schema_privilege(current_user, 'public'::varchar, 'CREATE'::varchar)
CREATE FUNCTION public.has_schema_privilege(name, varchar, varchar) RETURNS boolean LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN true; END$$;
