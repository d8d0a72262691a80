package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;
import static steward.local.TestInstallation.rows;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import steward.local.postgres.Majors;
import steward.local.postgres.PostgresServer;

/** What a project's user and a reader try, and Postgres refuses: the list is {@code attacks.txt}. */
final class AttacksIT {
    private static final Pattern CONNECT = Pattern.compile("CONNECT (\\S+)(?: AS (\\S+))?(?: (REPLICATION|PLAIN))?");

    /** What an attacker could have changed for everybody. */
    private static final String CLUSTER = """
            SELECT 'role', rolname, rolsuper, rolcreaterole, rolcanlogin, rolvaliduntil, rolpassword,
                   shobj_description(oid, 'pg_authid')
              FROM pg_authid WHERE rolname !~ '^n_'
            UNION ALL
            SELECT 'database', datname, datdba <> 0, datallowconn, datistemplate, NULL, coalesce(datacl, acldefault('d', datdba))::text,
                   shobj_description(oid, 'pg_database')
              FROM pg_database
            UNION ALL
            SELECT 'member', roleid::regrole::text, true, true, true, NULL, member::regrole::text, NULL FROM pg_auth_members
            UNION ALL
            SELECT 'setting', setdatabase::text, true, true, true, NULL, setrole::text, setconfig::text
              FROM pg_db_role_setting
             ORDER BY 1, 2, 7
            """;

    private final TestInstallation steward = TestInstallation.SHARED;

    static List<Integer> majors() {
        return Majors.underTest();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void everyAttackIsRefusedAndReallyIsOne(int major) throws SQLException, IOException {
        String instance = TestInstallation.instance(major);
        List<String> failures = new ArrayList<>();
        Map<String, Integer> controls = new TreeMap<>();
        int tried = 0;
        try (Victims victims = new Victims(steward, instance)) {
            List<String> before = steward.look(instance, "postgres", CLUSTER);
            for (Attack line : Attack.all()) {
                if (!line.appliesTo(major)) {
                    continue;
                }
                Attack attack = line.with(victims.names(victims.self(line)));
                String outcome = attempt(victims, attack);
                tried++;
                if (!attack.expected().contains(outcome.split(" ", 2)[0])) {
                    failures.add(attack + ": " + outcome);
                }
                controls.putIfAbsent(attack.kind(), 0);
                if (attack.control()) {
                    control(victims, attack)
                            .ifPresentOrElse(
                                    failure -> failures.add(attack + ": as rdsadmin: " + failure),
                                    () -> controls.merge(attack.kind(), 1, Integer::sum));
                }
            }
            List<String> after = new ArrayList<>(steward.look(instance, "postgres", CLUSTER));
            after.removeAll(before);
            assertThat(after).as("changed, after %s", failures).isEmpty();
        }
        System.out.printf("Postgres %d: %d attacks refused, controls by kind %s%n", major, tried, controls);
        assertThat(String.join("\n", failures)).isEmpty();
        assertThat(tried).isGreaterThan(600);
        assertThat(controls)
                .allSatisfy((kind, count) -> assertThat(count).as(kind).isPositive());
    }

    /** The SQLSTATE it ends with, and the message; {@code norows}, {@code rows} or {@code done}. */
    private String attempt(Victims victims, Attack attack) {
        try {
            if (attack.isConnect()) {
                connect(victims, attack).close();
                return "done";
            }
            return run(victims.session(attack), attack.what());
        } catch (SQLException e) {
            return e.getSQLState() + " " + firstLine(e);
        }
    }

    private static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private static String run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return without(statement.getWarnings());
            }
            try (ResultSet rows = statement.getResultSet()) {
                return rows.next() ? "rows" : "norows";
            }
        }
    }

    /** A grant or revoke without the right to is no error if anything else is allowed, but it does nothing. */
    private static String without(SQLWarning warning) {
        boolean nothing = warning != null && List.of("01006", "01007").contains(warning.getSQLState());
        return nothing ? warning.getSQLState() : "done";
    }

    private Connection connect(Victims victims, Attack attack) throws SQLException {
        Matcher asked = CONNECT.matcher(attack.what());
        if (!asked.matches()) {
            throw new IllegalStateException(attack.toString());
        }
        String user = Optional.ofNullable(asked.group(2)).orElse(victims.self(attack));
        if (asked.group(3) == null) {
            return steward.server(victims.instance).connectAs(user, victims.password(attack), asked.group(1));
        }
        return special(steward.server(victims.instance), user, victims.password(attack), asked);
    }

    private static Connection special(PostgresServer server, String user, String password, Matcher asked)
            throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("sslmode", asked.group(3).equals("PLAIN") ? "disable" : "verify-full");
        properties.setProperty("sslrootcert", server.rootCertificate().toString());
        if (asked.group(3).equals("REPLICATION")) {
            properties.setProperty("replication", "database");
            properties.setProperty("assumeMinServerVersion", "9.4");
            properties.setProperty("preferQueryMode", "simple");
        }
        return DriverManager.getConnection(
                "jdbc:postgresql://%s:%d/%s".formatted(server.host(), server.port(), asked.group(1)), properties);
    }

    /** Does the same as rdsadmin and takes it back; what went wrong, if anything did. */
    private Optional<String> control(Victims victims, Attack attack) {
        if (attack.isConnect()) {
            return controlConnect(victims, attack);
        }
        try {
            Connection connection = victims.control(attack);
            execute(connection, "BEGIN");
            String outcome = run(connection, attack.what());
            return attack.expected().contains(outcome) ? Optional.of(outcome) : Optional.empty();
        } catch (SQLException e) {
            return Optional.of(e.getSQLState() + " " + firstLine(e));
        } finally {
            victims.takeBack(attack);
        }
    }

    /** That the attacker can connect at all, and its target too, to what belongs to it. */
    private Optional<String> controlConnect(Victims victims, Attack attack) {
        try {
            String own = attack.what().replaceFirst("CONNECT \\S+", "CONNECT " + victims.attacker);
            connect(victims, attack.as(own.replace(" REPLICATION", ""))).close();
            steward.connect("victim", victims.instance, victims.victim, victims.victim)
                    .close();
            return Optional.empty();
        } catch (SQLException e) {
            return Optional.of(e.getSQLState() + " " + firstLine(e));
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void anOwnerWhoChangesTheMarkOfItsDatabaseHasItForItself(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        try (Victims victims = new Victims(steward, instance)) {
            for (String mark : List.of("'steward:project=victim'", "'steward:project=evil '", "'mine'", "NULL")) {
                try (Connection owner = steward.connect("evil", instance, victims.attacker, victims.attacker)) {
                    execute(owner, "COMMENT ON DATABASE %s IS %s".formatted(victims.attacker, mark));
                }
                for (String project : List.of("victim", "evil")) {
                    Map<String, Object> input = Map.of(
                            "instance", instance, "project", project, "database", victims.attacker, "adopt", false);
                    assertThat(steward.run("create-database", input).error())
                            .as("%s for %s", mark, project)
                            .contains("steward.error.NotOurs");
                }
                assertThat(steward.run(
                                        "enable-extension",
                                        Map.of(
                                                "instance",
                                                instance,
                                                "database",
                                                victims.attacker,
                                                "extension",
                                                "hstore"))
                                .error())
                        .as(mark)
                        .contains("steward.error.NotOurs");
            }
        }
    }

    /** A tenant may lock all of them, in its database and in the one where the master works. */
    @ParameterizedTest
    @MethodSource("majors")
    void noWorkflowWaitsForAdvisoryLocksOrForLocksOnATenantsTables(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        try (Victims victims = new Victims(steward, instance);
                Connection inside = steward.connect("evil", instance, victims.attacker, victims.attacker);
                Connection outside = steward.connect("evil", instance, victims.attacker, "postgres")) {
            for (Connection connection : List.of(inside, outside)) {
                execute(
                        connection,
                        "SELECT pg_advisory_lock(n), pg_advisory_lock(n, n) FROM generate_series(-1000, 1000) n",
                        "SELECT pg_advisory_lock(oid::bigint) FROM pg_database",
                        "SELECT pg_advisory_lock(oid::bigint) FROM pg_roles");
            }
            victims.leave();
            List<WorkflowRun> workflows = Workflows.all(instance, "evil", victims.attacker, victims.reader);
            workflows.stream()
                    .filter(WorkflowRun::readsTables)
                    .forEach(workflow -> steward.succeed(workflow.name(), workflow.input()));
            execute(inside, "BEGIN", "LOCK TABLE fact IN ACCESS EXCLUSIVE MODE");
            workflows.stream()
                    .filter(workflow -> !workflow.readsTables())
                    .forEach(workflow -> steward.succeed(workflow.name(), workflow.input()));
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void noProjectCanConnectToAnother(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        List<String> sites = IntStream.range(0, Soak.times(12, 50))
                .mapToObj(i -> random("site"))
                .toList();
        List<String> refused = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(4)) {
            List<Future<JsonNode>> made = sites.stream()
                    .map(site -> threads.submit(() -> steward.succeed(
                            "create-database", Map.of("instance", instance, "project", site, "database", site))))
                    .toList();
            for (Future<JsonNode> each : made) {
                each.get();
            }
            List<Future<List<String>>> rounds = sites.stream()
                    .map(site -> threads.submit(() -> connectToAll(instance, site, sites)))
                    .toList();
            for (Future<List<String>> round : rounds) {
                refused.addAll(round.get());
            }
        }
        System.out.printf("Postgres %d: %d projects, %d pairs refused%n", major, sites.size(), refused.size());
        assertThat(refused).hasSize(sites.size() * (sites.size() - 1)).containsOnly("42501");
    }

    /** The refusals; its own database has to take it. */
    private List<String> connectToAll(String instance, String user, List<String> databases) {
        String password = steward.secret(user, instance, user).path("password").asText();
        List<String> refused = new ArrayList<>();
        for (String database : databases) {
            try (Connection connection = steward.server(instance).connectAs(user, password, database)) {
                assertThat(rows(connection, "SELECT current_database()")).containsExactly(user);
            } catch (SQLException e) {
                refused.add(e.getSQLState());
            }
        }
        return refused;
    }
}
