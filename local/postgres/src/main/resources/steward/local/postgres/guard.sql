-- In front of the script of an extension that only members of rds_superuser may create. The script runs as the superuser,
-- in a schema where a tenant may have put functions to be called by it: for a tenant it must not even begin.
DO LANGUAGE plpgsql $guard$
BEGIN
  IF NOT pg_catalog.pg_has_role(
    (SELECT extowner FROM pg_catalog.pg_extension WHERE extname OPERATOR(pg_catalog.=) ':extension'::pg_catalog.name),
    'rds_superuser'::pg_catalog.name,
    'MEMBER'::pg_catalog.text
  ) THEN
    RAISE EXCEPTION 'extension ":extension" is not allowed' USING
      ERRCODE = 'insufficient_privilege',
      DETAIL = 'Only members of rds_superuser may create it.';
  END IF;
END
$guard$;
