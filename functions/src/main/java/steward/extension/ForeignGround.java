package steward.extension;

import java.util.List;
import java.util.regex.Pattern;
import steward.database.Database;
import steward.error.NotPermitted;
import steward.error.ObjectExists;
import steward.postgres.Session;

/**
 * What an extension's script would come upon in a database that is a tenant's, and run with the rights of whoever installs
 * it, on RDS a superuser's: functions in a schema that is there before it, and a search path that is more than one. The
 * scripts of postgis_tiger_geocoder and postgis_topology put the database's search path into a statement as it is written.
 */
final class ForeignGround {
    private static final String SCRIPTS_THAT_TAKE_THE_SEARCH_PATH = "postgis";

    /** As Postgres writes a list of schemas down; what is written otherwise need not be one. */
    private static final Pattern SCHEMAS =
            Pattern.compile("(?:%1$s)(?:, *(?:%1$s))*".formatted("[a-z_][a-z0-9_$]*|\"(?:[^\"]|\"\")*\""));

    /** Named, it comes after what a tenant put before it; unnamed, it is always first. */
    private static final Pattern SYSTEM_SCHEMA = Pattern.compile("(?:^|[, \"])pg_");

    private ForeignGround() {}

    /**
     * Refuses to install extensions there.
     *
     * @param extensions which are not installed yet
     * @throws ObjectExists if a schema that one of them makes is there already, and a tenant's
     * @throws NotPermitted if one of them works with the database's search path, and that is not a list of schemas
     */
    static void refuse(Session session, Database database, List<Extensions.Available> extensions) {
        for (Extensions.Available extension : extensions) {
            if (extension.schema() != null) {
                refuseSchema(session, extension.name(), extension.schema());
            }
            if (extension.name().startsWith(SCRIPTS_THAT_TAKE_THE_SEARCH_PATH)) {
                refuseSearchPath(session, extension.name(), database);
            }
        }
    }

    private static void refuseSchema(Session session, String extension, String schema) {
        session.first("""
                        SELECT pg_get_userbyid(n.nspowner)
                          FROM pg_namespace n
                         WHERE n.nspname = ? AND n.nspowner <> 10 AND pg_get_userbyid(n.nspowner) <> current_user
                        """, row -> row.getString(1), schema).ifPresent(owner -> {
            throw new ObjectExists(
                    "extension \"%s\": schema \"%s\", where it has to be, exists and belongs to \"%s\", whose functions its script could call: drop that schema, or rename it"
                            .formatted(extension, schema, owner));
        });
    }

    /** The path that the session began with, and the database's own by now. */
    private static void refuseSearchPath(Session session, String extension, Database database) {
        List<String> paths = session.query("""
                SELECT reset_val FROM pg_settings WHERE name = 'search_path'
                UNION
                SELECT substr(setting, length('search_path=') + 1)
                  FROM (SELECT setdatabase, setrole, unnest(setconfig) AS setting FROM pg_db_role_setting) s
                  JOIN pg_database d ON d.oid = s.setdatabase
                 WHERE d.datname = current_database()
                   AND (s.setrole = 0 OR pg_get_userbyid(s.setrole) = current_user)
                   AND setting LIKE 'search\\_path=%'
                """, row -> row.getString(1));
        for (String path : paths) {
            if (!SCHEMAS.matcher(path).matches() || SYSTEM_SCHEMA.matcher(path).find()) {
                throw new NotPermitted(
                        "extension \"%s\": its script works with the search path of database \"%s\", which is not a plain list of schemas without pg_catalog: ALTER DATABASE ... RESET search_path first"
                                .formatted(extension, database.name()));
            }
        }
    }
}
