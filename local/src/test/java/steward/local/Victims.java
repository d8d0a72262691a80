package steward.local;

import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;
import static steward.local.TestInstallation.rows;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Two projects on one instance, one of which attacks the other, with something to attack in each. */
final class Victims implements AutoCloseable {
    final String instance;
    final String victim = random("victim");
    final String attacker = random("attacker");
    final String plain = random("plain");
    final String reader = random("reader");
    private final TestInstallation steward;
    private final Connection victims;
    private final Connection owners;
    private final Connection masters;
    private final Connection rdsadmins;
    private final String largeObject;
    private final Map<String, Connection> sessions = new HashMap<>();
    private final Map<String, String> passwords = new HashMap<>();
    private final Map<String, String> pids = new HashMap<>();

    Victims(TestInstallation steward, String instance) throws SQLException {
        this.steward = steward;
        this.instance = instance;
        steward.succeed("create-database", Map.of("instance", instance, "project", "victim", "database", victim));
        steward.succeed(
                "create-database",
                Map.of("instance", instance, "project", "evil", "database", attacker, "extensions", List.of("citext")));
        steward.succeed(
                "create-database",
                Map.of("instance", instance, "project", "evil", "database", plain, "user", attacker));
        this.victims = steward.connect("victim", instance, victim, victim);
        this.owners = steward.connect("evil", instance, attacker, attacker);
        this.masters = steward.server(instance).connectAsMaster("postgres");
        this.rdsadmins = steward.server(instance).connectAsSuperuser(attacker);
        execute(victims, "CREATE TABLE secret (id integer)", "INSERT INTO secret VALUES (42)");
        execute(
                owners,
                "CREATE TABLE fact (id integer PRIMARY KEY)",
                "CREATE SEQUENCE fact_number",
                "INSERT INTO fact VALUES (1)",
                "CREATE FUNCTION canary_trigger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
                "CREATE FUNCTION canary_event() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'");
        for (String database : List.of(attacker, plain)) {
            steward.succeed(
                    "grant-read-only",
                    Map.of("instance", instance, "project", "evil", "database", database, "user", reader));
        }
        execute(
                rdsadmins,
                "CREATE EXTENSION postgres_fdw SCHEMA public",
                "CREATE SERVER master_server FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1')",
                "CREATE EXTENSION dblink SCHEMA public");
        this.largeObject = rows(rdsadmins, "SELECT lo_from_bytea(0, 'secret')").getFirst();
        rememberPids();
    }

    private void rememberPids() throws SQLException {
        pids.put("victimpid", pid(victims));
        pids.put("ownerpid", pid(owners));
        pids.put("masterpid", pid(masters));
        pids.put("adminpid", pid(rdsadmins));
    }

    /** What the names in braces stand for. */
    Map<String, String> names(String self) {
        Map<String, String> names = new HashMap<>();
        names.put("victim", victim);
        names.put("own", attacker);
        names.put("owner", attacker);
        names.put("reader", reader);
        names.put("self", self);
        names.put("n", random("n"));
        names.put("lo", largeObject);
        names.put("port", Integer.toString(steward.server(instance).port()));
        names.putAll(pids);
        return names;
    }

    private static String pid(Connection connection) throws SQLException {
        return rows(connection, "SELECT pg_backend_pid()").getFirst();
    }

    String self(Attack attack) {
        return attack.who().equals("owner") ? attacker : reader;
    }

    /** The attacker's session, where the attack takes place; a new one if the last has been lost. */
    Connection session(Attack attack) throws SQLException {
        String database = database(attack);
        Connection session = session(
                attack.who() + " " + database,
                () -> steward.server(instance).connectAs(self(attack), password(attack), database));
        // The last attack may have left a transaction that failed.
        execute(session, "ROLLBACK");
        return session;
    }

    /** One of rdsadmin's in the same place. */
    Connection control(Attack attack) throws SQLException {
        String database = database(attack);
        Connection connection =
                session("rdsadmin " + database, () -> steward.server(instance).connectAsSuperuser(database));
        execute(connection, "SET search_path = pg_catalog, public");
        return connection;
    }

    /** Takes back what rdsadmin did. */
    void takeBack(Attack attack) {
        try {
            Connection connection = sessions.get("rdsadmin " + database(attack));
            if (connection != null) {
                execute(connection, "ROLLBACK");
            }
        } catch (SQLException e) {
            throw new IllegalStateException("taking back " + attack, e);
        }
    }

    private String database(Attack attack) {
        return switch (attack.where()) {
            case "own" -> attacker;
            case "plain" -> plain;
            default -> attack.where();
        };
    }

    private Connection session(String key, Opening opening) throws SQLException {
        Connection known = sessions.get(key);
        if (known != null && known.isValid(5)) {
            return known;
        }
        Connection opened = opening.open();
        sessions.put(key, opened);
        return opened;
    }

    private interface Opening {
        Connection open() throws SQLException;
    }

    /** The attacker's password. */
    String password(Attack attack) {
        return passwords.computeIfAbsent(
                self(attack),
                user -> steward.secret("evil", instance, user).path("password").asText());
    }

    /** Leaves nobody in the attacker's database, where a superuser would keep it from being dropped. */
    void leave() throws SQLException {
        rdsadmins.close();
    }

    @Override
    public void close() throws SQLException {
        List<Connection> all = new ArrayList<>(List.of(victims, owners, masters, rdsadmins));
        all.addAll(sessions.values());
        for (Connection connection : all) {
            connection.close();
        }
    }
}
