-- In template0 and template1 (and postgres, which was copied from it before), as rdsadmin: from there every database has it.
-- Both functions are called at the end of every CREATE EXTENSION and can be called in no other way.

-- Runs as the user who creates the extension.
CREATE FUNCTION pg_catalog.rds_check_extension() RETURNS event_trigger
LANGUAGE plpgsql
-- Whatever a tenant put into public or a temporary schema is not seen here.
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  listed CONSTANT text[] := :listed;
  trusted CONSTANT text[] := :trusted;
  refused text;
BEGIN
  IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    RETURN;
  END IF;
  -- CASCADE creates more than one, of which the event names but the last.
  WITH RECURSIVE created AS (
    SELECT objid AS extension FROM pg_event_trigger_ddl_commands() WHERE classid = 'pg_extension'::regclass
    UNION
    SELECT refobjid FROM pg_depend, created
    WHERE classid = 'pg_extension'::regclass AND objid = extension AND refclassid = 'pg_extension'::regclass
  )
  SELECT extname INTO refused
  FROM created JOIN pg_extension ON oid = extension
  -- What it requires may have been there before, made by a user who was allowed to.
  WHERE extowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)
    AND NOT (extname = ANY (listed)
      AND (extname = ANY (trusted) OR pg_has_role(current_user, 'rds_superuser', 'MEMBER')))
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'extension "%" is not allowed', refused USING
      ERRCODE = 'insufficient_privilege',
      DETAIL = 'It is not on the list of RDS, or only members of rds_superuser may create it.';
  END IF;
END
$function$;

-- The script of a trusted extension runs as the bootstrap superuser, to whom its objects belong. RDS lets its administrators
-- have these of PostGIS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.PostGIS.html
-- Runs as rdsadmin, so it does this and nothing else: only members of an extension that has just been created by a member of
-- rds_superuser, only those that still are the bootstrap superuser's (oid 10), only to the extension's own owner.
CREATE FUNCTION pg_catalog.rds_hand_over_postgis() RETURNS event_trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  statement text;
BEGIN
  FOR statement IN
    WITH RECURSIVE created AS (
      SELECT objid AS extension FROM pg_event_trigger_ddl_commands() WHERE classid = 'pg_extension'::regclass
      UNION
      SELECT refobjid FROM pg_depend, created
      WHERE classid = 'pg_extension'::regclass AND objid = extension AND refclassid = 'pg_extension'::regclass
    ),
    members AS (
      SELECT extname, classid, objid, pg_get_userbyid(extowner) AS owner
      FROM created
      JOIN pg_extension ON oid = extension
      JOIN pg_depend ON refclassid = 'pg_extension'::regclass AND refobjid = extension AND deptype = 'e'
      WHERE extname IN ('postgis', 'postgis_tiger_geocoder', 'postgis_topology')
        AND extowner <> 10
        AND pg_has_role(extowner, 'rds_superuser', 'MEMBER')
    )
    SELECT format('ALTER SCHEMA %I OWNER TO %I', nspname, owner)
    FROM members JOIN pg_namespace ON classid = 'pg_namespace'::regclass AND oid = objid
    WHERE nspowner = 10 AND nspname IN ('tiger', 'tiger_data', 'topology')
    UNION ALL
    SELECT format('ALTER TABLE %I.%I OWNER TO %I', nspname, relname, owner)
    FROM members
    JOIN pg_class ON classid = 'pg_class'::regclass AND pg_class.oid = objid
    JOIN pg_namespace ON pg_namespace.oid = relnamespace
    -- A sequence of a serial column goes with its table.
    WHERE relowner = 10 AND relkind IN ('r', 'p', 'v')
      AND (extname <> 'postgis' OR relname = 'spatial_ref_sys')
  LOOP
    EXECUTE statement;
  END LOOP;
END
$function$;

REVOKE ALL ON FUNCTION pg_catalog.rds_check_extension(), pg_catalog.rds_hand_over_postgis() FROM PUBLIC;

CREATE EVENT TRIGGER rds_check_extension ON ddl_command_end
WHEN TAG IN ('CREATE EXTENSION') EXECUTE FUNCTION pg_catalog.rds_check_extension();
CREATE EVENT TRIGGER rds_hand_over_postgis ON ddl_command_end
WHEN TAG IN ('CREATE EXTENSION') EXECUTE FUNCTION pg_catalog.rds_hand_over_postgis();
ALTER EVENT TRIGGER rds_check_extension ENABLE ALWAYS;
ALTER EVENT TRIGGER rds_hand_over_postgis ENABLE ALWAYS;

-- Members of an extension are not in dumps.
ALTER EXTENSION plpgsql ADD FUNCTION pg_catalog.rds_check_extension();
ALTER EXTENSION plpgsql ADD FUNCTION pg_catalog.rds_hand_over_postgis();
ALTER EXTENSION plpgsql ADD EVENT TRIGGER rds_check_extension;
ALTER EXTENSION plpgsql ADD EVENT TRIGGER rds_hand_over_postgis;
