package steward.local;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** All that an instance's catalogues and its secrets say about one project, with the names that differ taken out. */
final class Catalogue {
    private Catalogue() {}

    /** For comparing one project with another, or with itself. */
    static List<String> of(TestInstallation steward, String instance, String name) throws SQLException {
        List<String> lines = new ArrayList<>();
        lines.addAll(steward.look(instance, "postgres", """
                SELECT 'role', rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication,
                       rolbypassrls, rolconnlimit, rolvaliduntil, shobj_description(oid, 'pg_authid')
                  FROM pg_roles WHERE rolname = '%1$s'
                """.formatted(name)));
        lines.addAll(steward.look(instance, "postgres", """
                SELECT 'member', pg_get_userbyid(roleid), pg_get_userbyid(member), to_jsonb(m) - 'oid' - 'roleid'
                  FROM pg_auth_members m WHERE '%1$s' IN (pg_get_userbyid(roleid), pg_get_userbyid(member))
                 ORDER BY 2, 3, 4
                """.formatted(name)));
        lines.addAll(steward.look(instance, "postgres", """
                SELECT 'database', datname, pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype,
                       datistemplate, datallowconn, datconnlimit, datacl, shobj_description(oid, 'pg_database')
                  FROM pg_database WHERE datname = '%1$s'
                """.formatted(name)));
        if (lines.stream().anyMatch(line -> line.startsWith("database|"))) {
            lines.addAll(inside(steward, instance, name));
        }
        steward.secrets.listSecretsPaginator(request -> request.includePlannedDeletion(true)).stream()
                .flatMap(page -> page.secretList().stream())
                .filter(secret -> secret.name().endsWith("/" + name))
                .forEach(secret -> lines.add(
                        "secret|%s|%s|%s".formatted(secret.name(), secret.tags().size(), secret.deletedDate())));
        return lines.stream().map(line -> line.replace(name, "NAME")).toList();
    }

    private static List<String> inside(TestInstallation steward, String instance, String name) throws SQLException {
        List<String> lines = new ArrayList<>();
        lines.addAll(steward.look(
                instance,
                name,
                "SELECT 'schema', nspname, pg_get_userbyid(nspowner), nspacl FROM pg_namespace"
                        + " WHERE nspname !~ '^pg_toast|^pg_temp' ORDER BY nspname"));
        lines.addAll(steward.look(
                instance,
                name,
                "SELECT 'extension', extname, extversion, pg_get_userbyid(extowner), extnamespace::regnamespace"
                        + " FROM pg_extension ORDER BY extname"));
        lines.addAll(steward.look(
                instance,
                name,
                "SELECT 'relation', oid::regclass, pg_get_userbyid(relowner), relacl FROM pg_class"
                        + " WHERE relnamespace::regnamespace::text !~ '^pg_|^information_schema' ORDER BY 2"));
        return lines;
    }

    /** Databases that something was left half-made in. */
    static List<String> leftovers(TestInstallation steward, String instance) throws SQLException {
        return steward.look(instance, "postgres", "SELECT datname FROM pg_database WHERE datname LIKE 'steward%'");
    }
}
