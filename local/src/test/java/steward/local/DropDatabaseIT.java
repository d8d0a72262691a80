package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assumptions.assumeThat;
import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;
import static steward.local.TestInstallation.rows;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import steward.local.TestInstallation.Outcome;
import steward.local.asl.HistoryEvent;
import steward.local.aws.Arn;
import steward.local.aws.ExecutionListener;
import steward.local.postgres.ClientTools;
import steward.local.postgres.Majors;

final class DropDatabaseIT {
    private final TestInstallation steward = TestInstallation.SHARED;

    static List<Integer> majors() {
        return Majors.underTest();
    }

    private String createSite(String instance) {
        String site = random("site");
        steward.succeed("create-database", Map.of("instance", instance, "project", "acme", "database", site));
        return site;
    }

    private static Map<String, Object> input(String instance, String database) {
        return new TreeMap<>(
                Map.of("instance", instance, "database", database, "confirm", database, "skipFinalDump", true));
    }

    private static Map<String, Object> with(Map<String, Object> input, String field, Object value) {
        Map<String, Object> changed = new TreeMap<>(input);
        changed.put(field, value);
        return changed;
    }

    private List<String> databases(String instance, String name) throws SQLException {
        return steward.look(
                instance,
                "postgres",
                "SELECT pg_get_userbyid(datdba), datallowconn, shobj_description(oid, 'pg_database'),"
                        + " (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(datacl) a)"
                        + " FROM pg_database WHERE datname = '" + name.replace("'", "''") + "'");
    }

    @ParameterizedTest
    @MethodSource("majors")
    void theDatabaseIsGoneAndItsUserAndSecretStay(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String site = createSite(instance);
        List<String> before = withoutDatabase(Catalogue.of(steward, instance, site));
        JsonNode secret = steward.secret("acme", instance, site);

        JsonNode output = steward.succeed("drop-database", input(instance, site));

        assertThat(output)
                .isEqualTo(TestInstallation.read(
                        "{\"database\": \"%s\", \"finalDump\": null, \"notes\": []}".formatted(site)));
        assertThat(databases(instance, site)).isEmpty();
        assertThat(Catalogue.of(steward, instance, site)).isEqualTo(before);
        assertThat(steward.secret("acme", instance, site)).isEqualTo(secret);
        steward.connect("acme", instance, site, "postgres").close();
        assertThat(steward.succeed("drop-database", input(instance, site)))
                .as("what is gone already is dropped")
                .isEqualTo(output);
    }

    /** Of a project without its database. */
    private static List<String> withoutDatabase(List<String> catalogue) {
        return catalogue.stream()
                .filter(line -> line.startsWith("role|") || line.startsWith("member|") || line.startsWith("secret|"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void whatIsNotMeantOrNotOursIsRefusedAndNothingChanges(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String site = createSite(instance);
        String unmarked = random("unmarked");
        String forged = random("forged");
        String outsider = random("outsider");
        steward.succeed("create-user", Map.of("instance", instance, "project", "evil", "user", outsider));
        try (Connection superuser = steward.server(major).connectAsSuperuser("postgres")) {
            execute(
                    superuser,
                    "CREATE DATABASE " + unmarked + " OWNER " + site,
                    "CREATE DATABASE " + forged + " OWNER " + outsider,
                    // Otherwise every reader could connect to it, and no proof of grant-read-only would hold.
                    "REVOKE ALL ON DATABASE " + forged + " FROM PUBLIC",
                    "COMMENT ON DATABASE " + forged + " IS 'steward:project=acme'");
        }
        String all = "SELECT d.*, shobj_description(oid, 'pg_database') FROM pg_database d ORDER BY oid";
        List<String> before = steward.look(instance, "postgres", all);
        Map<String, Object> input = input(instance, site);

        refuse("InvalidInput", "confirm: must be", with(input, "confirm", site + "x"));
        refuse("InvalidInput", "force: is unknown", with(input, "force", true));
        for (String reserved : List.of("postgres", "template0", "template1", "template_mine", "rdsadmin", "rds_x")) {
            refuse("InvalidInput", "is reserved", input(instance, reserved));
        }
        refuse("InvalidInput", "64 bytes", input(instance, "ä".repeat(32)));
        refuse("InvalidInput", "is empty", input(instance, ""));
        refuse("NotOurs", "without Steward's mark", input(instance, unmarked));
        refuse("NotOurs", "names project \"evil\", not \"acme\"", input(instance, forged));
        assertThat(steward.look(instance, "postgres", all)).isEqualTo(before);
    }

    private void refuse(String error, String cause, Map<String, Object> input) {
        Outcome outcome = steward.run("drop-database", input);
        assertThat(outcome.error()).as(outcome.toString()).contains("steward.error." + error);
        assertThat(outcome.cause().orElseThrow()).contains(cause);
    }

    @ParameterizedTest
    @MethodSource("majors")
    void allThatStandsInTheWayIsListedBeforeTheFirstChange(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String site = createSite(instance);
        String replicator = random("replicator");
        try (Connection owner = steward.connect("acme", instance, site, site);
                Connection other = steward.connect("acme", instance, site, site)) {
            execute(owner, "CREATE TABLE orders (id integer)");
            execute(owner, "BEGIN", "INSERT INTO orders VALUES (1)", "PREPARE TRANSACTION '%s'".formatted(site));
            execute(owner, "BEGIN", "INSERT INTO orders VALUES (2)");
            try (Connection superuser = steward.server(major).connectAsSuperuser(site)) {
                execute(
                        superuser,
                        "CREATE SUBSCRIPTION \"%s sub\" CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false)"
                                .formatted(site),
                        "CREATE ROLE %s LOGIN REPLICATION PASSWORD 'replicator'".formatted(replicator),
                        "GRANT CONNECT ON DATABASE %s TO %s".formatted(site, replicator));
            }
            List<String> before = databases(instance, site);
            try (Connection replication = steward.server(major).connectAs(replicator, "replicator", site)) {
                // It is active until the transactions before it are over.
                CompletableFuture<Void> slot =
                        run(replication, "SELECT pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(site));
                await(instance, "SELECT 1 FROM pg_replication_slots WHERE active AND slot_name = '" + site + "'");

                Outcome outcome = steward.run("drop-database", input(instance, site));

                assertThat(outcome.error()).contains("steward.error.DependentObjects");
                assertThat(outcome.cause().orElseThrow())
                        .contains("the prepared transaction '%1$s' of %1$s".formatted(site))
                        .contains("the subscription \"%s sub\"".formatted(site))
                        .contains("the active logical replication slot " + site);
                assertThat(databases(instance, site)).isEqualTo(before);
                assertThat(rows(other, "SELECT 1"))
                        .as("nobody was disconnected")
                        .containsExactly("1");
                execute(owner, "COMMIT", "ROLLBACK PREPARED '%s'".formatted(site));
                slot.get();
            }
        }
        try (Connection superuser = steward.server(major).connectAsSuperuser(site)) {
            execute(
                    superuser,
                    "ALTER SUBSCRIPTION \"%s sub\" SET (slot_name = NONE)".formatted(site),
                    "DROP SUBSCRIPTION \"%s sub\"".formatted(site));
        }
        steward.succeed("drop-database", input(instance, site));
        assertThat(steward.look(
                        instance,
                        "postgres",
                        "SELECT slot_name FROM pg_replication_slots WHERE slot_name = '" + site + "'"))
                .as("an inactive slot goes with its database")
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void whatATenantMadeATemplateIsNotDropped(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String site = createSite(instance);
        try (Connection owner = steward.connect("acme", instance, site, "postgres")) {
            execute(owner, "ALTER DATABASE " + site + " IS_TEMPLATE true");
            refuse("NotPermitted", "is a template", input(instance, site));
            execute(owner, "ALTER DATABASE " + site + " IS_TEMPLATE false");
        }
        steward.succeed("drop-database", input(instance, site));
    }

    @ParameterizedTest
    @MethodSource("majors")
    void whileASuperuserIsConnectedItIsTriedAgain(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String site = createSite(instance);
        List<String> before = databases(instance, site);
        String execution;
        try (Connection superuser = steward.server(major).connectAsSuperuser(site)) {
            execution = steward.start("drop-database", TestInstallation.write(input(instance, site)));
            awaitFailedAttempt(execution, "steward.error.ObjectBusy");
            assertThat(rows(superuser, "SELECT 1")).containsExactly("1");
            assertThat(databases(instance, site)).isEqualTo(before);
        }
        assertThat(steward.await(execution).error()).isEmpty();
        assertThat(databases(instance, site)).isEmpty();
    }

    private void awaitFailedAttempt(String execution, String error) throws Exception {
        Await.until(
                error,
                () ->
                        steward
                                .stepFunctions
                                .getExecutionHistory(request -> request.executionArn(execution))
                                .events()
                                .stream()
                                .anyMatch(event -> event.taskFailedEventDetails() != null
                                        && error.equals(
                                                event.taskFailedEventDetails().error())));
    }

    @ParameterizedTest
    @MethodSource("majors")
    void anInterruptedDropIsFinished(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        for (String owner : List.of("master", "the project's user")) {
            String site = createSite(instance);
            try (Connection superuser = steward.server(major).connectAsSuperuser("postgres")) {
                if (owner.equals("master")) {
                    execute(superuser, "ALTER DATABASE " + site + " OWNER TO master");
                }
                execute(superuser, "UPDATE pg_database SET datconnlimit = -2 WHERE datname = '" + site + "'");
            }
            steward.succeed("drop-database", input(instance, site));
            assertThat(databases(instance, site)).as(owner).isEmpty();
            assertThat(memberships(instance, site)).isEmpty();
        }
    }

    /** Those of the master that give it a user's rights. */
    private List<String> memberships(String instance, String role) throws SQLException {
        return steward.look(instance, "postgres", """
                SELECT to_jsonb(m) FROM pg_auth_members m
                 WHERE pg_get_userbyid(roleid) = '%s'
                   AND (coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, true)
                        OR coalesce((to_jsonb(m) ->> 'set_option')::boolean, true))
                """.formatted(role));
    }

    @ParameterizedTest
    @MethodSource("majors")
    void whatWasClosedIsOpenedAgainWhenTheServerRefusesTheDrop(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String site = createSite(instance);
        grantMore(instance, site);
        List<String> before = databases(instance, site);
        try (Connection blocker = steward.server(major).connectAsSuperuser("postgres")) {
            // Shares the database with everything but its drop.
            execute(blocker, "BEGIN", "ALTER ROLE rdsadmin IN DATABASE " + site + " SET work_mem = '5MB'");
            String execution = steward.start("drop-database", TestInstallation.write(input(instance, site)));
            await(instance, dropping(site));
            assertThat(databases(instance, site).getFirst()).startsWith("master|f|steward:project=acme dropping {");
            execute(blocker, dropping(site).replace("SELECT pid", "SELECT pg_cancel_backend(pid)"));

            assertThat(steward.await(execution).cause().orElseThrow())
                    .contains("canceling statement due to user request");
        }
        assertThat(databases(instance, site)).isEqualTo(before);
        assertThat(memberships(instance, site)).isEmpty();
        steward.connect("acme", instance, site, site).close();
        steward.succeed("drop-database", input(instance, site));
    }

    /** A list of access that differs from what Steward leaves: grant options, PUBLIC, a project's own readers. */
    private void grantMore(String instance, String site) throws SQLException {
        String reader = random("Read\"er %I");
        String quoted = '"' + reader.replace("\"", "\"\"") + '"';
        try (Connection superuser = steward.server(instance).connectAsSuperuser("postgres")) {
            execute(superuser, "CREATE ROLE " + quoted);
        }
        try (Connection owner = steward.connect("acme", instance, site, "postgres")) {
            execute(
                    owner,
                    "GRANT CONNECT ON DATABASE %s TO %s WITH GRANT OPTION".formatted(site, quoted),
                    "GRANT TEMPORARY ON DATABASE %s TO PUBLIC".formatted(site),
                    "REVOKE TEMPORARY ON DATABASE %s FROM master".formatted(site));
        }
    }

    private static String dropping(String site) {
        return "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'DROP DATABASE%" + site
                + "%'";
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aRunAfterACutOpensAgainWhatTheCutRunClosed(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String site = createSite(instance);
        grantMore(instance, site);
        List<String> before = databases(instance, site);
        try (Connection owner = steward.connect("acme", instance, site, site);
                Connection blocker = steward.server(major).connectAsSuperuser("postgres")) {
            execute(owner, "BEGIN", "CREATE TABLE orders (id integer)");
            execute(blocker, "BEGIN", "ALTER ROLE rdsadmin IN DATABASE " + site + " SET work_mem = '5MB'");
            String execution = steward.start("drop-database", TestInstallation.write(input(instance, site)));
            await(instance, dropping(site));
            execute(owner, "PREPARE TRANSACTION '%s'".formatted(site));
            execute(blocker, dropping(site).replace("SELECT pid", "SELECT pg_terminate_backend(pid)"));

            Outcome outcome = steward.await(execution);

            assertThat(outcome.error()).as(outcome.toString()).contains("steward.error.DependentObjects");
            assertThat(databases(instance, site)).isEqualTo(before);
            execute(owner, "ROLLBACK PREPARED '%s'".formatted(site));
        }
        steward.succeed("drop-database", input(instance, site));
    }

    /** The cut run was told to take no dump, this one is not. */
    @ParameterizedTest
    @MethodSource("majors")
    void whatACutRunHasClosedIsDumpedFirst(int major) throws Exception {
        assumeThat(ClientTools.found()).containsKey(major);
        String instance = TestInstallation.instance(major);
        String site = createSite(instance);
        try (Connection blocker = steward.server(major).connectAsSuperuser("postgres")) {
            execute(blocker, "BEGIN", "ALTER ROLE rdsadmin IN DATABASE " + site + " SET work_mem = '5MB'");
            String execution = steward.start("drop-database", TestInstallation.write(input(instance, site)));
            await(instance, dropping(site));
            steward.installation.endpoint().stepFunctions().stop(execution, null, null);
            execute(blocker, dropping(site).replace("SELECT pid", "SELECT pg_terminate_backend(pid)"));
            assertThat(steward.await(execution).status()).isEqualTo(ExecutionStatus.ABORTED);
        }
        assertThat(steward.look(
                        instance, "postgres", "SELECT datallowconn FROM pg_database WHERE datname = '" + site + "'"))
                .containsExactly("f");

        JsonNode dropped = steward.succeed("drop-database", with(input(instance, site), "skipFinalDump", false));

        assertThat(dropped.path("finalDump").asText()).endsWith("/dump.tar.zst");
        assertThat(databases(instance, site)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void anotherOneThatHasGotItsNameMeanwhileIsLeft(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String site = createSite(instance);
        AtomicReference<List<String>> another = new AtomicReference<>();

        Outcome outcome = runWhile(
                input(instance, site), "IsDumpNeeded", () -> another.compareAndSet(null, replace(instance, site)));

        assertThat(outcome.error()).as(outcome.toString()).contains("steward.error.ObjectMissing");
        assertThat(outcome.cause().orElse("")).contains(site, "another one has its name by now");
        assertThat(databases(instance, site)).isEqualTo(another.get()).hasSize(1);
    }

    /** Runs it, and something else when it comes to a state. */
    private Outcome runWhile(Map<String, Object> input, String state, Runnable meanwhile) {
        String name = random("drop");
        steward.installation.endpoint().stepFunctions().listen(new ExecutionListener() {
            @Override
            public void happened(String execution, HistoryEvent event) {
                if (event.details().path("name").asText().equals(state)
                        && event.type().endsWith("Entered")
                        && execution.endsWith(":" + name)) {
                    meanwhile.run();
                }
            }
        });
        return steward.await(steward.installation
                .endpoint()
                .stepFunctions()
                .start(Arn.stateMachine("drop-database"), name, TestInstallation.write(input)));
    }

    static List<Integer> majorsWithTools() {
        Set<Integer> found = ClientTools.found().keySet();
        return Soak.ends(majors().stream().filter(found::contains).toList());
    }

    /** The dump is of the moment when it was begun; until it is stored and read again hours may go by. */
    @ParameterizedTest
    @MethodSource("majorsWithTools")
    void whatIsWrittenAfterTheFinalDumpHadBegunIsNotLost(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String site = createSite(instance);
        Map<String, Object> dumping = with(input(instance, site), "skipFinalDump", false);
        try (Connection owner = steward.connect("acme", instance, site, site)) {
            execute(owner, "CREATE TABLE orders (id integer)", "INSERT INTO orders VALUES (1)");
        }
        List<String> before = databases(instance, site);
        try (Connection owner = steward.connect("acme", instance, site, site)) {
            Outcome refused = runWhile(
                    dumping,
                    "DropDatabase",
                    () -> assertThatCode(() -> execute(owner, "INSERT INTO orders VALUES (2)"))
                            .doesNotThrowAnyException());
            assertThat(refused.error()).as(refused.toString()).contains("steward.error.VerificationFailed");
            assertThat(refused.cause().orElse(""))
                    .contains(site, "was written to after its final dump had begun", "the final dump stays: s3://");
        }
        assertThat(databases(instance, site)).isEqualTo(before).hasSize(1);
        try (Connection owner = steward.connect("acme", instance, site, site)) {
            assertThat(rows(owner, "SELECT count(*) FROM orders")).containsExactly("2");
        }

        // Who only reads, and who connects in a loop, is in nobody's way.
        try (ReconnectingClients clients = new ReconnectingClients(steward, instance, site, 4)) {
            clients.awaitConnections(4);
            assertThat(steward.succeed("drop-database", dumping)
                            .path("finalDump")
                            .asText())
                    .endsWith("/dump.tar.zst");
        }
        assertThat(databases(instance, site)).isEmpty();
        assertThat(memberships(instance, site)).isEmpty();
    }

    /** Another database of the same name, owner and mark. */
    private List<String> replace(String instance, String site) {
        try (Connection superuser = steward.server(instance).connectAsSuperuser("postgres")) {
            String mark = rows(
                            superuser,
                            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '" + site
                                    + "'")
                    .getFirst();
            execute(
                    superuser,
                    "DROP DATABASE " + site,
                    "CREATE DATABASE " + site + " OWNER " + site,
                    "REVOKE ALL ON DATABASE " + site + " FROM PUBLIC",
                    "COMMENT ON DATABASE " + site + " IS '" + mark + "'");
            return databases(instance, site);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void clientsThatReconnectInALoopDoNotMatter(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < Soak.times(6, 200); i++) {
            String site = createSite(instance);
            try (ReconnectingClients clients = new ReconnectingClients(steward, instance, site, 8)) {
                clients.awaitConnections(8);
                long start = System.nanoTime();
                steward.succeed("drop-database", input(instance, site));
                seconds.add((System.nanoTime() - start) / 1e9);
            }
            assertThat(databases(instance, site)).isEmpty();
        }
        System.out.printf(
                "Postgres %d: %d drops under 8 reconnecting clients, the slowest in %.2f s%n",
                major,
                seconds.size(),
                seconds.stream().mapToDouble(each -> each).max().orElseThrow());
        assertThat(seconds).allMatch(each -> each < 10);
    }

    @ParameterizedTest
    @MethodSource("majors")
    void eightAtOnceForTheSameDatabaseAllEndWell(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String site = createSite(instance);
        List<CompletableFuture<Outcome>> running = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> steward.run("drop-database", input(instance, site)), Thread::startVirtualThread))
                .toList();
        for (CompletableFuture<Outcome> each : running) {
            assertThat(each.get().error()).as(each.get().toString()).isEmpty();
        }
        assertThat(databases(instance, site)).isEmpty();
        assertThat(memberships(instance, site)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void anyLegalNameIsDroppedAndNoOther(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String suffix = random("");
        List<String> names =
                List.of("we\"ird %I %L $$ ' \\ ; -- " + suffix, "ü".repeat(25) + suffix, " " + suffix, "Site" + suffix);
        for (String name : names) {
            String quoted = '"' + name.replace("\"", "\"\"") + '"';
            try (Connection master = steward.server(major).connectAsMaster("postgres")) {
                execute(
                        master,
                        "CREATE DATABASE " + quoted,
                        "COMMENT ON DATABASE %s IS 'steward:project=acme'".formatted(quoted));
            }
        }
        for (String name : names) {
            String count = "SELECT count(*) FROM pg_database";
            int before =
                    Integer.parseInt(steward.look(instance, "postgres", count).getFirst());
            steward.succeed("drop-database", input(instance, name));
            assertThat(databases(instance, name)).isEmpty();
            assertThat(steward.look(instance, "postgres", count)).containsExactly(String.valueOf(before - 1));
        }
    }

    private static CompletableFuture<Void> run(Connection connection, String sql) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        execute(connection, sql);
                    } catch (SQLException e) {
                        throw new IllegalStateException(sql, e);
                    }
                },
                Thread::startVirtualThread);
    }

    /** Waits until a query has a row. */
    private void await(String instance, String query) throws Exception {
        Await.until(query, () -> !steward.look(instance, "postgres", query).isEmpty());
    }
}
