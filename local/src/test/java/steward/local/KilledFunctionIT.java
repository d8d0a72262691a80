package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.rds.RdsClient;
import steward.Operation;
import steward.local.postgres.Majors;

/**
 * A function's process is killed while the server works for it, in every kind of statement that can take long. From 14
 * on the server notices (client_connection_check_interval) and ends the statement. 13 cannot: there a statement that
 * waits for a lock ends with lock_timeout, any other when it is done or with statement_timeout.
 */
@Tag("serial")
final class KilledFunctionIT {
    /** Not those that functions of this JVM keep for their next step: those are idle. */
    private static final String OURS =
            "SELECT pid, query FROM pg_stat_activity WHERE application_name = 'steward' AND state <> 'idle'";

    private static final String WAITING = OURS + " AND (wait_event_type = 'Lock' OR wait_event = 'PgSleep')";

    private final TestInstallation steward = TestInstallation.SHARED;

    static List<Integer> majors() {
        return Soak.ends(Majors.underTest());
    }

    @ParameterizedTest
    @MethodSource("majors")
    void noStatementRunsOnAndTheNextRunEndsAsIfUndisturbed(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        Object found = describe(instance);
        String dropped = createSite(instance);
        String granted = createSite(instance);
        String extended = createSite(instance);
        String created = random("site");
        String user = random("user");
        String reader = random("reader");
        for (String name : List.of(user, created, reader)) {
            steward.succeed("create-user", Map.of("instance", instance, "project", "acme", "user", name));
        }
        try (Connection shared = steward.server(major).connectAsSuperuser("postgres");
                Connection inGranted = steward.server(major).connectAsSuperuser(granted);
                Connection inExtended = steward.server(major).connectAsSuperuser(extended);
                FunctionProcess process = FunctionProcess.start(steward, instance)) {
            execute(
                    shared,
                    "BEGIN",
                    "COMMENT ON DATABASE template0 IS 'nobody makes a copy meanwhile'",
                    "ALTER ROLE rdsadmin IN DATABASE " + dropped + " SET work_mem = '5MB'",
                    "ALTER ROLE " + user + " SET work_mem = '5MB'");
            execute(
                    inGranted,
                    "CREATE TABLE public.orders (id integer)",
                    "ALTER TABLE public.orders OWNER TO " + granted);
            execute(inGranted, "BEGIN", "GRANT INSERT ON public.orders TO " + user);
            execute(inExtended, "BEGIN", "CREATE EXTENSION hstore SCHEMA public");

            process.invoke(Operation.Function.MASTER, "DropDatabase", drop(found, dropped, oid(instance, dropped)));
            process.invoke(Operation.Function.MASTER, "DropUser", Map.of("instance", found, "user", user));
            process.invoke(Operation.Function.MASTER, "CreateDatabase", create(found, created));
            process.invoke(Operation.Function.MASTER, "EnableExtension", extend(found, extended));
            process.invoke(
                    Operation.Function.OWNER,
                    "GrantReadOnly",
                    Map.of(
                            "instance",
                            found,
                            "project",
                            "acme",
                            "database",
                            granted,
                            "owner",
                            granted,
                            "user",
                            reader,
                            "schemas",
                            List.of()));
            process.sleep(found);
            awaitWaiting(instance, 6);

            process.kill();

            double seconds = secondsUntilOnlyLeft(instance, major == 13 ? 1 : 0);
            System.out.printf(
                    "Postgres %d: %s statements of a killed function were gone after %.2f s%n",
                    major, major == 13 ? "5 of 6" : "all 6", seconds);
            assertThat(seconds).isLessThan(major == 13 ? 12 : 2);
            if (major == 13) {
                assertThat(steward.look(instance, "postgres", OURS))
                        .singleElement()
                        .asString()
                        .contains("pg_sleep");
                execute(shared, OURS.replace("pid, query", "pg_terminate_backend(pid)"));
            }
            execute(shared, "ROLLBACK");
            execute(inGranted, "ROLLBACK");
            execute(inExtended, "ROLLBACK");
        }
        runAgain(instance, dropped, user, created, extended, granted, reader);
    }

    private void runAgain(
            String instance,
            String dropped,
            String user,
            String created,
            String extended,
            String granted,
            String reader)
            throws SQLException {
        steward.succeed(
                "drop-database",
                Map.of("instance", instance, "database", dropped, "confirm", dropped, "skipFinalDump", true));
        assertThat(Catalogue.of(steward, instance, dropped)).noneMatch(line -> line.startsWith("database|"));
        steward.succeed("drop-user", Map.of("instance", instance, "user", user));
        assertThat(Catalogue.of(steward, instance, user))
                .singleElement()
                .asString()
                .startsWith("secret|");

        steward.succeed("create-database", Map.of("instance", instance, "project", "acme", "database", created));
        String undisturbed = createSite(instance);
        assertThat(Catalogue.of(steward, instance, created)).isEqualTo(Catalogue.of(steward, instance, undisturbed));
        for (String site : List.of(extended, undisturbed)) {
            steward.succeed("enable-extension", Map.of("instance", instance, "database", site, "extension", "hstore"));
        }
        assertThat(Catalogue.of(steward, instance, extended)).isEqualTo(Catalogue.of(steward, instance, undisturbed));
        steward.succeed(
                "grant-read-only",
                Map.of("instance", instance, "project", "acme", "database", granted, "user", reader));
        assertThat(Catalogue.leftovers(steward, instance)).isEmpty();
    }

    private long oid(String instance, String database) throws SQLException {
        return Long.parseLong(
                steward.look(instance, "postgres", "SELECT oid FROM pg_database WHERE datname = '" + database + "'")
                        .getFirst());
    }

    private String createSite(String instance) {
        String site = random("site");
        steward.succeed("create-database", Map.of("instance", instance, "project", "acme", "database", site));
        return site;
    }

    private static Map<String, Object> create(Object instance, String database) {
        Map<String, Object> input = new TreeMap<>(Map.of(
                "instance",
                instance,
                "project",
                "acme",
                "database",
                database,
                "user",
                database,
                "encoding",
                "UTF8",
                "adopt",
                false));
        input.put("locale", null);
        return input;
    }

    private static Map<String, Object> drop(Object instance, String database, long oid) {
        Map<String, Object> input =
                new TreeMap<>(Map.of("instance", instance, "database", database, "confirm", database, "oid", oid));
        input.put("writes", null);
        return input;
    }

    private static Map<String, Object> extend(Object instance, String database) {
        Map<String, Object> input =
                new TreeMap<>(Map.of("instance", instance, "database", database, "extension", "hstore"));
        input.put("schema", null);
        input.put("version", null);
        return input;
    }

    /** What the workflows' first state finds. */
    private Map<String, Object> describe(String instance) {
        try (RdsClient rds = RdsClient.builder()
                .endpointOverride(steward.installation.endpoint().uri())
                .region(Installation.REGION)
                .credentialsProvider(StaticCredentialsProvider.create(Installation.CREDENTIALS))
                .httpClient(UrlConnectionHttpClient.create())
                .build()) {
            var found = rds.describeDBInstances(request -> request.dbInstanceIdentifier(instance))
                    .dbInstances()
                    .getFirst();
            return Map.of(
                    "identifier", instance,
                    "host", found.endpoint().address(),
                    "port", found.endpoint().port(),
                    "engineVersion", found.engineVersion(),
                    "masterSecretArn", found.masterUserSecret().secretArn());
        }
    }

    private void awaitWaiting(String instance, int count) throws Exception {
        try {
            Await.until(
                    "waiting statements",
                    () -> steward.look(instance, "postgres", WAITING).size() == count);
        } catch (AssertionError e) {
            throw new AssertionError(String.join("\n", steward.look(instance, "postgres", OURS)), e);
        }
    }

    private double secondsUntilOnlyLeft(String instance, int left) throws Exception {
        long start = System.nanoTime();
        Await.until(
                "end of statements",
                () -> steward.look(instance, "postgres", OURS).size() <= left);
        return (System.nanoTime() - start) / 1e9;
    }
}
