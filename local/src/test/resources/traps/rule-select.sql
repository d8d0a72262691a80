-- A rule that does something else on insert
-- fire: INSERT INTO public.bait VALUES (1)
CREATE TABLE public.bait (id integer);
CREATE RULE trap AS ON INSERT TO public.bait DO ALSO SELECT canary.spring();
