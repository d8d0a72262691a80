package steward.local;

import static steward.local.TestInstallation.random;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import steward.local.TestInstallation.Outcome;

/** A project's database with things to read in it, and the name of somebody who is to read them. */
record ReadOnlySite(TestInstallation steward, String instance, String database, String reader) {
    static final String PROJECT = "acme";

    /** Makes the database, and runs the owner's statements in it. */
    static ReadOnlySite create(TestInstallation steward, int major, String... statements) throws SQLException {
        String instance = TestInstallation.instance(major);
        ReadOnlySite site = new ReadOnlySite(steward, instance, random("site"), random("reader"));
        steward.succeed(
                "create-database", Map.of("instance", instance, "project", PROJECT, "database", site.database()));
        site.asOwner(statements);
        return site;
    }

    Map<String, Object> input() {
        return new TreeMap<>(Map.of("instance", instance, "project", PROJECT, "database", database, "user", reader));
    }

    Map<String, Object> input(String field, Object value) {
        Map<String, Object> input = input();
        input.put(field, value);
        return input;
    }

    /** The checks of a grant that has to succeed. */
    List<String> grant() {
        return checks(steward.succeed("grant-read-only", input()));
    }

    List<String> grant(String... schemas) {
        return checks(steward.succeed("grant-read-only", input("schemas", List.of(schemas))));
    }

    static List<String> checks(JsonNode output) {
        return StreamSupport.stream(output.path("checks").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    Outcome tryToGrant() {
        return steward.run("grant-read-only", input());
    }

    JsonNode revoke() {
        return steward.succeed("revoke-read-only", revokeInput());
    }

    Map<String, Object> revokeInput() {
        return Map.of("instance", instance, "database", database, "user", reader);
    }

    void asOwner(String... statements) throws SQLException {
        try (Connection owner = connectAs(database)) {
            TestInstallation.execute(owner, statements);
        }
    }

    Connection connectAs(String user) throws SQLException {
        return steward.connect(PROJECT, instance, user, database);
    }

    List<String> readerSees(String sql) throws SQLException {
        try (Connection connection = connectAs(reader)) {
            return TestInstallation.rows(connection, sql);
        }
    }

    List<String> look(String sql) throws SQLException {
        return steward.look(instance, database, sql);
    }

    /** What a proof has left behind. */
    List<String> leftovers() throws SQLException {
        return look("SELECT nspname FROM pg_namespace WHERE nspname ~ '^steward_proof'"
                + " UNION SELECT relname FROM pg_class WHERE relname ~ '^steward_proof'");
    }

    /** Every privilege in the database that anybody holds, whether written down or by default. */
    List<String> privileges() throws SQLException {
        List<String> lines = new ArrayList<>();
        String holder = "a.privilege_type, a.is_grantable, a.grantor::regrole, a.grantee::regrole";
        lines.addAll(look("SELECT 'database', d.datname, " + holder
                + " FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a"
                + " WHERE d.datname = current_database() ORDER BY 1, 2, 3, 4, 5, 6"));
        lines.addAll(look("SELECT 'schema', n.nspname, " + holder
                + " FROM pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a"
                + " WHERE n.nspname !~ '^pg_t' ORDER BY 1, 2, 3, 4, 5, 6"));
        lines.addAll(look("SELECT 'relation', c.oid::regclass, " + holder
                + " FROM pg_class c, aclexplode(coalesce(c.relacl,"
                + " acldefault(CASE c.relkind WHEN 'S' THEN 's'::\"char\" ELSE 'r' END, c.relowner))) a"
                + " WHERE c.relnamespace::regnamespace::text !~ '^pg_|^information_schema'"
                + " ORDER BY 1, 2, 3, 4, 5, 6"));
        lines.addAll(look("SELECT 'later', p.defaclnamespace, p.defaclobjtype, p.defaclrole::regrole, " + holder
                + " FROM pg_default_acl p, aclexplode(p.defaclacl) a ORDER BY 1, 2, 3, 4, 5, 6, 7, 8"));
        lines.addAll(look("SELECT 'depends', classid::regclass, objid, deptype FROM pg_shdepend"
                + " WHERE refclassid = 'pg_authid'::regclass AND refobjid = to_regrole('" + reader + "')"
                + " ORDER BY 1, 2, 3, 4"));
        return lines;
    }

    /** The same for each site with the same objects. */
    List<String> namelessPrivileges() throws SQLException {
        return privileges().stream()
                .filter(line -> !line.startsWith("depends|"))
                .map(line -> line.replace(database, "DATABASE").replace(reader, "READER"))
                .sorted()
                .toList();
    }
}
