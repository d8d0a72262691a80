package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;
import static steward.local.TestInstallation.rows;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import steward.local.TestInstallation.Outcome;
import steward.local.aws.AwsError;
import steward.local.aws.Faults;
import steward.local.postgres.Majors;

final class DropUserIT {
    private final TestInstallation steward = TestInstallation.SHARED;

    static List<Integer> majors() {
        return Majors.underTest();
    }

    static List<Integer> oldestAndNewest() {
        return Soak.ends(majors());
    }

    private String createSite(String instance) {
        String site = random("site");
        steward.succeed("create-database", Map.of("instance", instance, "project", "acme", "database", site));
        return site;
    }

    private String createUser(String instance) {
        String user = random("user");
        steward.succeed("create-user", Map.of("instance", instance, "project", "acme", "user", user));
        return user;
    }

    private static Map<String, Object> input(String instance, String user) {
        return Map.of("instance", instance, "user", user);
    }

    private void grantReadOnly(String instance, String site, String reader) {
        steward.succeed(
                "grant-read-only", Map.of("instance", instance, "project", "acme", "database", site, "user", reader));
    }

    private List<String> roles(String instance, String user) throws SQLException {
        return steward.look(
                instance,
                "postgres",
                "SELECT rolcanlogin, shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = '"
                        + user.replace("'", "''") + "'");
    }

    private DescribeSecretResponse secret(String instance, String user) {
        return steward.secrets.describeSecret(
                request -> request.secretId("steward/acme/%s/%s".formatted(instance, user)));
    }

    private void refuse(String error, String cause, Map<String, Object> input) {
        Outcome outcome = steward.run("drop-user", input);
        assertThat(outcome.error()).as(outcome.toString()).contains("steward.error." + error);
        assertThat(outcome.cause().orElseThrow()).contains(cause);
    }

    private static JsonNode output(String user, boolean dropped) {
        return TestInstallation.read("{\"user\": \"%s\", \"dropped\": %s}".formatted(user, dropped));
    }

    @ParameterizedTest
    @MethodSource("majors")
    void theUserIsGoneAndItsSecretCanBeRestored(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String user = createUser(instance);
        JsonNode secret = steward.secret("acme", instance, user);

        assertThat(steward.succeed("drop-user", input(instance, user))).isEqualTo(output(user, true));

        assertThat(roles(instance, user)).isEmpty();
        assertThat(Duration.between(Instant.now(), secret(instance, user).deletedDate()))
                .isBetween(Duration.ofDays(29), Duration.ofDays(30));
        assertThat(steward.succeed("drop-user", input(instance, user))).isEqualTo(output(user, false));

        steward.secrets.restoreSecret(request -> request.secretId(name(instance, user)));
        assertThat(steward.secret("acme", instance, user)).isEqualTo(secret);
    }

    private static String name(String instance, String user) {
        return "steward/acme/%s/%s".formatted(instance, user);
    }

    private String password(String instance, String user) {
        return steward.secret("acme", instance, user).path("password").asText();
    }

    /** Whoever had the secret of the user that is gone may know its password. A rotation of it is over, too. */
    @ParameterizedTest
    @MethodSource("majors")
    void aUserThatIsMadeAgainHasANewPassword(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        for (String gone : List.of("dropped", "dropped while its password was rotated", "dropped by hand")) {
            String user = createUser(instance);
            String known = password(instance, user);
            if (gone.contains("rotated")) {
                steward.secrets.putSecretValue(request -> request.secretId(name(instance, user))
                        .secretString(TestInstallation.write(Map.of("username", user, "password", "pending")))
                        .versionStages("AWSPENDING"));
            }
            if (gone.contains("by hand")) {
                try (Connection master = steward.server(major).connectAsMaster("postgres")) {
                    execute(master, "DROP ROLE " + user);
                }
            } else {
                steward.succeed("drop-user", input(instance, user));
            }

            JsonNode output =
                    steward.succeed("create-user", Map.of("instance", instance, "project", "acme", "user", user));

            assertThat(output.path("created").asBoolean()).isTrue();
            String fresh = password(instance, user);
            assertThat(fresh).as(gone).isNotEqualTo(known).hasSize(40);
            steward.connect("acme", instance, user, "postgres").close();
            assertThatThrownBy(() -> steward.server(major).connectAs(user, known, "postgres"))
                    .hasMessageContaining("password authentication failed");

            steward.succeed("create-user", Map.of("instance", instance, "project", "acme", "user", user));
            assertThat(password(instance, user)).as("a step that is repeated").isEqualTo(fresh);
            steward.succeed("rotate-password", input(instance, user));
            assertThat(password(instance, user)).isNotIn(fresh, known, "pending");
        }
    }

    /** Also where it was made by hand meanwhile and is adopted. */
    @ParameterizedTest
    @MethodSource("majors")
    void aUserThatIsAdoptedWithARestoredSecretHasANewPassword(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String user = createUser(instance);
        String known = password(instance, user);
        steward.succeed("drop-user", input(instance, user));
        try (Connection master = steward.server(major).connectAsMaster("postgres")) {
            execute(master, "CREATE ROLE " + user + " LOGIN PASSWORD 'by hand'");
        }

        steward.succeed("create-user", Map.of("instance", instance, "project", "acme", "user", user, "adopt", true));

        assertThat(password(instance, user)).isNotEqualTo(known);
        steward.connect("acme", instance, user, "postgres").close();
    }

    @ParameterizedTest
    @MethodSource("oldestAndNewest")
    void afterACutAtAnyCallToSecretsManagerAUserThatIsMadeAgainHasANewPasswordAllTheSame(int major)
            throws SQLException {
        String instance = TestInstallation.instance(major);
        Faults faults = steward.installation.endpoint().faults();
        int cuts = 0;
        try {
            for (String action : List.of("DescribeSecret", "RestoreSecret", "PutSecretValue", "GetSecretValue")) {
                for (Faults.Moment moment : Faults.Moment.values()) {
                    boolean happened = true;
                    for (int call = 1; happened; call++) {
                        String user = createUser(instance);
                        String known = password(instance, user);
                        steward.succeed("drop-user", input(instance, user));
                        Map<String, Object> input = Map.of("instance", instance, "project", "acme", "user", user);
                        String cut = "%s %d %s".formatted(action, call, moment);
                        Faults.Fault fault = faults.fail(
                                "secretsmanager:" + action,
                                call,
                                moment,
                                new AwsError(400, "InvalidRequestException", "planted"));
                        Outcome outcome = steward.run("create-user", input);
                        happened = fault.happened();
                        faults.clear();
                        cuts += happened ? 1 : 0;
                        assertThat(outcome.error().isPresent())
                                .as(cut + outcome)
                                .isEqualTo(happened);

                        steward.succeed("create-user", input);

                        assertThat(password(instance, user)).as(cut).isNotEqualTo(known);
                        steward.connect("acme", instance, user, "postgres").close();
                    }
                }
            }
        } finally {
            faults.clear();
        }
        assertThat(cuts).isGreaterThanOrEqualTo(8);
    }

    @ParameterizedTest
    @MethodSource("majors")
    void theSecretOfAUserThatIsGoneIsDeletedAndNoOther(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String user = createUser(instance);
        String longer = "x" + user;
        steward.succeed("create-user", Map.of("instance", instance, "project", "acme", "user", longer));
        steward.secrets.createSecret(request ->
                request.name("steward/untagged/%s/%s".formatted(instance, user)).secretString("{}"));
        try (Connection master = steward.server(major).connectAsMaster("postgres")) {
            execute(master, "DROP ROLE " + user);
        }

        assertThat(steward.succeed("drop-user", input(instance, user))).isEqualTo(output(user, false));

        assertThat(secret(instance, user).deletedDate()).isNotNull();
        assertThat(secret(instance, longer).deletedDate()).isNull();
        assertThat(steward.secrets
                        .describeSecret(request -> request.secretId("steward/untagged/%s/%s".formatted(instance, user)))
                        .deletedDate())
                .isNull();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void whatIsNoProjectsUserIsRefusedAndNothingChanges(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String unmarked = random("unmarked");
        String stolen = createUser(instance);
        try (Connection superuser = steward.server(major).connectAsSuperuser("postgres")) {
            execute(superuser, "CREATE ROLE " + unmarked + " LOGIN");
        }
        steward.secrets.untagResource(request -> request.secretId("steward/acme/%s/%s".formatted(instance, stolen))
                .tagKeys("steward:project"));
        String all = "SELECT r.*, shobj_description(oid, 'pg_authid') FROM pg_roles r ORDER BY oid";
        List<String> before = steward.look(instance, "postgres", all);

        for (String reserved :
                List.of("master", "rdsadmin", "rds_superuser", "rds_x", "pg_monitor", "pg_x", "postgres", "public")) {
            refuse("InvalidInput", "is reserved", input(instance, reserved));
        }
        refuse("InvalidInput", "64 bytes", input(instance, "ä".repeat(32)));
        refuse("InvalidInput", "force: is unknown", Map.of("instance", instance, "user", unmarked, "force", true));
        refuse("NotOurs", "without Steward's mark", input(instance, unmarked));
        refuse("NotOurs", "is not tagged", input(instance, stolen));
        assertThat(steward.look(instance, "postgres", all)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("majors")
    void whoMayDoMoreThanAProjectsUserIsRefused(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String user = createUser(instance);
        try (Connection superuser = steward.server(major).connectAsSuperuser("postgres")) {
            for (String attribute : List.of("CREATEDB", "CREATEROLE", "REPLICATION", "BYPASSRLS", "SUPERUSER")) {
                execute(superuser, "ALTER ROLE %s %s".formatted(user, attribute));
                refuse("NotPermitted", "has an attribute", input(instance, user));
                execute(superuser, "ALTER ROLE %s NO%s".formatted(user, attribute));
            }
            execute(superuser, "GRANT rds_superuser TO " + user);
            refuse("NotPermitted", "membership in rds_superuser", input(instance, user));
            assertThat(roles(instance, user)).containsExactly("t|steward:project=acme");
            execute(superuser, "REVOKE rds_superuser FROM " + user);
        }
        steward.succeed("drop-user", input(instance, user));
    }

    @ParameterizedTest
    @MethodSource("majors")
    void whatStandsInTheWayIsListedPerDatabase(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String site = createSite(instance);
        String other = createSite(instance);
        String closed = createSite(instance);
        String user = createUser(instance);
        grantReadOnly(instance, site, user);
        try (Connection superuser = steward.server(major).connectAsSuperuser(site)) {
            execute(
                    superuser,
                    "CREATE TABLE public.\"odd \"\" name\" (id integer)",
                    "ALTER TABLE public.\"odd \"\" name\" OWNER TO " + user);
        }
        try (Connection owner = steward.connect("acme", instance, site, site)) {
            execute(
                    owner,
                    "CREATE TABLE orders (id integer)",
                    "GRANT INSERT ON orders TO " + user,
                    "CREATE FUNCTION total() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
                    "GRANT EXECUTE ON FUNCTION total() TO " + user,
                    "ALTER TABLE orders ENABLE ROW LEVEL SECURITY",
                    "CREATE POLICY own ON orders FOR SELECT TO " + user + " USING (true)",
                    "SELECT lo_create(4711)",
                    "GRANT SELECT ON LARGE OBJECT 4711 TO " + user);
        }
        try (Connection owner = steward.connect("acme", instance, other, other)) {
            execute(
                    owner,
                    "GRANT TEMPORARY ON DATABASE " + other + " TO " + user,
                    "ALTER DEFAULT PRIVILEGES GRANT UPDATE ON TABLES TO " + user);
        }
        try (Connection owner = steward.connect("acme", instance, closed, closed)) {
            execute(owner, "CREATE TABLE hidden (id integer)", "GRANT DELETE ON hidden TO " + user);
        }
        try (Connection owner = steward.connect("acme", instance, closed, "postgres")) {
            execute(owner, "ALTER DATABASE " + closed + " ALLOW_CONNECTIONS false");
        }
        String foreign = random("foreign");
        steward.succeed("create-database", Map.of("instance", instance, "project", "evil", "database", foreign));
        try (Connection owner = steward.connect("evil", instance, foreign, "postgres")) {
            execute(owner, "GRANT CONNECT ON DATABASE %s TO %s".formatted(foreign, user));
        }
        List<String> before = Catalogue.of(steward, instance, user);
        List<String> tables = relations(instance, site);

        Outcome outcome = steward.run("drop-user", input(instance, user));

        assertThat(outcome.error()).as(outcome.toString()).contains("steward.error.DependentObjects");
        assertThat(outcome.cause()
                        .orElseThrow()
                        .replaceFirst("(?s)^.*?cannot be dropped: ", "")
                        .split("; "))
                .contains(
                        "in database \"%s\": owns table public.\"odd \"\" name\"".formatted(site),
                        "in database \"%s\": INSERT on public.orders".formatted(site),
                        "in database \"%s\": has privileges on function public.total()".formatted(site),
                        "in database \"%s\": has privileges on large object 4711".formatted(site),
                        "in database \"%s\": is named by policy own on table public.orders".formatted(site),
                        "in database \"%1$s\": CONNECT on database %1$s".formatted(foreign),
                        "in database \"%1$s\": TEMPORARY on database %1$s".formatted(other),
                        "in database \"%1$s\": UPDATE on what %1$s makes later".formatted(other),
                        "in database \"%s\": has privileges on 1 entries of pg_class (their names are not known, since the master cannot connect)"
                                .formatted(closed))
                .noneMatch(line -> line.contains("SELECT on "));
        assertThat(Catalogue.of(steward, instance, user)).isEqualTo(before);
        assertThat(relations(instance, site)).as("nothing was revoked").isEqualTo(tables);
        assertThat(secret(instance, user).deletedDate()).isNull();

        refuse("DependentObjects", "owns database " + site, input(instance, site));
        assertThat(databaseOwner(instance, site)).containsExactly(site);
    }

    private List<String> relations(String instance, String site) throws SQLException {
        return steward.look(
                instance,
                site,
                "SELECT relname, relacl FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY relname");
    }

    private List<String> databaseOwner(String instance, String site) throws SQLException {
        return steward.look(
                instance, "postgres", "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = '" + site + "'");
    }

    @ParameterizedTest
    @MethodSource("majors")
    void preparedTransactionsAreListed(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String user = createUser(instance);
        try (Connection connection = steward.connect("acme", instance, user, "postgres")) {
            execute(connection, "BEGIN", "SELECT txid_current()", "PREPARE TRANSACTION '%s'".formatted(user));
            refuse(
                    "DependentObjects",
                    "in database \"postgres\": the prepared transaction '%s'".formatted(user),
                    input(instance, user));
            assertThat(roles(instance, user)).containsExactly("t|steward:project=acme");
            execute(connection, "ROLLBACK PREPARED '%s'".formatted(user));
        }
        steward.succeed("drop-user", input(instance, user));
    }

    @ParameterizedTest
    @MethodSource("majors")
    void readOnlyGrantsOfOursAreTakenBackInEveryDatabase(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String reader = random("reader");
        List<String> sites = List.of(createSite(instance), createSite(instance));
        for (String site : sites) {
            try (Connection owner = steward.connect("acme", instance, site, site)) {
                execute(
                        owner,
                        "CREATE TABLE orders (id serial PRIMARY KEY)",
                        "CREATE SCHEMA archive",
                        "CREATE TABLE archive.orders (id integer)");
            }
            grantReadOnly(instance, site, reader);
        }
        // By hand, as an administrator did it before: the same grants.
        String manual = createSite(instance);
        try (Connection owner = steward.connect("acme", instance, manual, manual)) {
            execute(
                    owner,
                    "CREATE TABLE orders (id serial PRIMARY KEY)",
                    "GRANT CONNECT ON DATABASE %s TO %s".formatted(manual, reader),
                    "GRANT USAGE ON SCHEMA public TO " + (major >= 15 ? reader : "PUBLIC"),
                    "GRANT SELECT ON ALL TABLES IN SCHEMA public TO " + reader,
                    "GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO " + reader,
                    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO " + reader,
                    "ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO " + reader);
        }
        try (Connection connected = steward.connect("acme", instance, reader, manual)) {
            assertThat(rows(connected, "SELECT count(*) FROM public.orders")).containsExactly("0");

            assertThat(steward.succeed("drop-user", input(instance, reader))).isEqualTo(output(reader, true));

            assertThatThrownBy(() -> rows(connected, "SELECT 1")).isInstanceOf(SQLException.class);
        }
        assertThat(roles(instance, reader)).isEmpty();
        assertThat(secret(instance, reader).deletedDate()).isNotNull();
        for (String site : sites) {
            assertThat(databaseOwner(instance, site)).containsExactly(site);
            try (Connection owner = steward.connect("acme", instance, site, site)) {
                assertThat(rows(owner, "SELECT count(*) FROM archive.orders")).containsExactly("0");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aUserThatIsConnectedIsDisconnected(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String user = createUser(instance);
        try (Connection idle = steward.connect("acme", instance, user, "postgres");
                Connection busy = steward.connect("acme", instance, user, "postgres")) {
            execute(idle, "CREATE TEMPORARY TABLE basket (id integer)");
            CompletableFuture<Boolean> sleep = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            execute(busy, "SELECT pg_sleep(60)");
                            return true;
                        } catch (SQLException e) {
                            return false;
                        }
                    },
                    Thread::startVirtualThread);

            assertThat(steward.succeed("drop-user", input(instance, user))).isEqualTo(output(user, true));

            assertThat(sleep.join()).isFalse();
            assertThatThrownBy(() -> rows(idle, "SELECT 1")).isInstanceOf(SQLException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void loginIsGivenBackWhenTheServerRefusesTheDrop(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String user = createUser(instance);
        try (Connection blocker = steward.server(major).connectAsSuperuser("postgres")) {
            // Shares the role with everything but its drop.
            execute(blocker, "BEGIN", "ALTER ROLE " + user + " SET work_mem = '5MB'");
            String execution = steward.start("drop-user", TestInstallation.write(input(instance, user)));
            awaitDrop(instance, user);
            assertThat(roles(instance, user)).containsExactly("f|steward:project=acme dropping LOGIN");
            execute(blocker, dropping(user).replace("SELECT pid", "SELECT pg_cancel_backend(pid)"));

            assertThat(steward.await(execution).cause().orElseThrow())
                    .contains("canceling statement due to user request");
        }
        assertThat(roles(instance, user)).containsExactly("t|steward:project=acme");
        assertThat(secret(instance, user).deletedDate()).isNull();
        steward.connect("acme", instance, user, "postgres").close();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aRunAfterACutGivesLoginBackWhenItIsRefused(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String user = createUser(instance);
        try (Connection blocker = steward.server(major).connectAsSuperuser("postgres")) {
            execute(blocker, "BEGIN", "ALTER ROLE " + user + " SET work_mem = '5MB'");
            String execution = steward.start("drop-user", TestInstallation.write(input(instance, user)));
            awaitDrop(instance, user);
            execute(blocker, "CREATE SCHEMA %1$s AUTHORIZATION %1$s".formatted(user));
            execute(blocker, dropping(user).replace("SELECT pid", "SELECT pg_terminate_backend(pid)"), "COMMIT");

            Outcome outcome = steward.await(execution);

            assertThat(outcome.error()).as(outcome.toString()).contains("steward.error.DependentObjects");
            assertThat(outcome.cause().orElseThrow()).contains("in database \"postgres\": owns schema " + user);
            assertThat(roles(instance, user)).containsExactly("t|steward:project=acme");
            execute(blocker, "DROP SCHEMA " + user);
        }
        steward.succeed("drop-user", input(instance, user));
    }

    @ParameterizedTest
    @MethodSource("majors")
    void anotherRunGivesLoginBackToWhatACutRunHasClosed(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String user = createUser(instance);
        try (Connection superuser = steward.server(major).connectAsSuperuser("postgres")) {
            execute(
                    superuser,
                    "ALTER ROLE " + user + " NOLOGIN",
                    "COMMENT ON ROLE " + user + " IS 'steward:project=acme dropping LOGIN'",
                    "CREATE SCHEMA %1$s AUTHORIZATION %1$s".formatted(user));
            refuse("DependentObjects", "owns schema " + user, input(instance, user));
            execute(superuser, "DROP SCHEMA " + user);
        }
        assertThat(roles(instance, user)).containsExactly("t|steward:project=acme");
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aUserThatSomebodyHasLockedIsNotUnlocked(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String user = createUser(instance);
        try (Connection superuser = steward.server(major).connectAsSuperuser("postgres")) {
            execute(
                    superuser,
                    "ALTER ROLE " + user + " NOLOGIN",
                    "CREATE SCHEMA %1$s AUTHORIZATION %1$s".formatted(user));
            refuse("DependentObjects", "owns schema " + user, input(instance, user));
            assertThat(roles(instance, user)).containsExactly("f|steward:project=acme");
            execute(superuser, "DROP SCHEMA " + user);
        }
        assertThat(steward.succeed("drop-user", input(instance, user))).isEqualTo(output(user, true));
    }

    private static String dropping(String user) {
        return "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'DROP ROLE%" + user
                + "%'";
    }

    private void awaitDrop(String instance, String user) throws Exception {
        Await.until(
                "DROP ROLE",
                () -> !steward.look(instance, "postgres", dropping(user)).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("majors")
    void eightAtOnceForTheSameUserAllEndWell(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String user = createUser(instance);
        List<CompletableFuture<Outcome>> running = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> steward.run("drop-user", input(instance, user)), Thread::startVirtualThread))
                .toList();
        int dropped = 0;
        for (CompletableFuture<Outcome> each : running) {
            assertThat(each.get().error()).as(each.get().toString()).isEmpty();
            dropped += each.get().output().path("dropped").asBoolean() ? 1 : 0;
        }
        assertThat(dropped).isEqualTo(1);
        assertThat(roles(instance, user)).isEmpty();
        assertThat(secret(instance, user).deletedDate()).isNotNull();
    }
}
