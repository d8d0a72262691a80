-- A table that is called like PostGIS's and has a trigger
-- fire: INSERT INTO public.spatial_ref_sys (srid) VALUES (1)
CREATE TABLE public.spatial_ref_sys (srid integer PRIMARY KEY, auth_name text, auth_srid integer, srtext text, proj4text text);
CREATE FUNCTION public.trap() RETURNS trigger LANGUAGE plpgsql  AS $$BEGIN PERFORM canary.spring(); RETURN NEW; END$$;
CREATE TRIGGER trap BEFORE INSERT OR UPDATE OR DELETE ON public.spatial_ref_sys FOR EACH ROW EXECUTE FUNCTION public.trap();
