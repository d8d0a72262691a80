-- A function of a catalogue function's name that fits the arguments better
-- fire: SELECT array_length(ARRAY['a'::name], 1::bigint)
CREATE FUNCTION public.array_length(name[], bigint) RETURNS integer LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN 1; END$$;
