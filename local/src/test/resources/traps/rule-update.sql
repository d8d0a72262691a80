-- A rule on the tenant's table that runs whenever somebody updates it
-- fire: UPDATE public.bait SET id = 2
CREATE TABLE public.bait (id integer);
INSERT INTO public.bait VALUES (1);
CREATE RULE trap AS ON UPDATE TO public.bait DO ALSO SELECT canary.spring();
