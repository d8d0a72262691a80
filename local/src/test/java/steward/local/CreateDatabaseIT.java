package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;
import static steward.local.TestInstallation.rows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import steward.local.TestInstallation.Outcome;
import steward.local.postgres.Majors;

final class CreateDatabaseIT {
    private final TestInstallation steward = TestInstallation.SHARED;

    static List<Integer> majors() {
        return Majors.underTest();
    }

    private Map<String, Object> input(String instance, String database) {
        return new TreeMap<>(Map.of(
                "instance",
                instance,
                "project",
                "acme",
                "database",
                database,
                "extensions",
                List.of("hstore", "citext")));
    }

    @ParameterizedTest
    @MethodSource("majors")
    void everythingIsAsDesigned(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String site = random("site");
        JsonNode output = steward.succeed("create-database", input(instance, site));

        assertThat(output.path("database").asText()).isEqualTo(site);
        assertThat(output.path("owner").asText()).isEqualTo(site);
        assertThat(output.path("created").asBoolean()).isTrue();
        assertThat(output.path("extensions").toString()).isEqualTo("[\"hstore\",\"citext\"]");
        assertThat(output.size()).isEqualTo(5);
        assertThat(steward.look(
                        instance,
                        "postgres",
                        "SELECT pg_get_userbyid(datdba), datacl::text, datallowconn, datconnlimit,"
                                + " shobj_description(oid, 'pg_database'), pg_encoding_to_char(encoding)"
                                + " FROM pg_database WHERE datname = '" + site + "'"))
                .containsExactly("%1$s|{%1$s=CTc/%1$s,master=Tc/%1$s}|t|-1|steward:project=acme|UTF8".formatted(site));
        assertThat(steward.look(
                        instance,
                        "postgres",
                        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls,"
                                + " shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = '" + site + "'"))
                .containsExactly("f|f|f|t|f|f|steward:project=acme");
        assertThat(memberships(instance, site)).isEmpty();
        assertThat(Catalogue.leftovers(steward, instance)).isEmpty();

        JsonNode secret = steward.secret("acme", instance, site);
        assertThat(secret.path("engine").asText()).isEqualTo("postgres");
        assertThat(secret.path("host").asText()).isEqualTo("localhost");
        assertThat(secret.path("port").asInt()).isEqualTo(steward.server(major).port());
        assertThat(secret.path("username").asText()).isEqualTo(site);
        assertThat(secret.path("dbname").asText()).isEqualTo(site);
        assertThat(steward.secrets
                        .describeSecret(request ->
                                request.secretId(output.path("secretArn").asText()))
                        .tags())
                .extracting(tag -> tag.key() + "=" + tag.value())
                .containsExactlyInAnyOrder("steward:project=acme", "steward:instance=" + instance);
        try (Connection connection = steward.connect("acme", instance, site, site)) {
            execute(connection, "CREATE TABLE tags (id citext PRIMARY KEY, attributes hstore)");
            assertThatThrownBy(() -> execute(connection, "CREATE DATABASE second"))
                    .hasMessageContaining("permission denied to create database");
        }
    }

    /** On 16 and later the creator's ADMIN on the role stays, which by itself gives no access to anything. */
    private List<String> memberships(String instance, String role) throws SQLException {
        return steward.look(instance, "postgres", """
                SELECT to_jsonb(m) FROM pg_auth_members m
                 WHERE '%s' IN (pg_get_userbyid(roleid), pg_get_userbyid(member))
                   AND (coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, true)
                        OR coalesce((to_jsonb(m) ->> 'set_option')::boolean, true))
                """.formatted(role));
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aSecondRunChangesNothingAndSaysSo(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String site = random("site");
        steward.succeed("create-database", input(instance, site));
        List<String> before = Catalogue.of(steward, instance, site);
        JsonNode secret = steward.secret("acme", instance, site);
        String transactions = "SELECT max(xmin::text::bigint) FROM pg_shdescription";
        List<String> changes = steward.look(instance, "postgres", transactions);

        JsonNode output = steward.succeed("create-database", input(instance, site));

        assertThat(output.path("created").asBoolean()).isFalse();
        assertThat(Catalogue.of(steward, instance, site)).isEqualTo(before);
        assertThat(steward.secret("acme", instance, site)).isEqualTo(secret);
        assertThat(steward.look(instance, "postgres", transactions)).isEqualTo(changes);
    }

    @ParameterizedTest
    @MethodSource("majors")
    void eightAtOnceForTheSameTargetAllEndWell(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String site = random("site");
        List<Outcome> outcomes = atOnce(8, i -> steward.run("create-database", input(instance, site)));

        assertThat(outcomes).allMatch(outcome -> outcome.status().toString().equals("SUCCEEDED"));
        assertThat(outcomes)
                .extracting(outcome -> outcome.text("secretArn"))
                .containsOnly(outcomes.getFirst().text("secretArn"));
        assertThat(outcomes)
                .filteredOn(outcome -> outcome.output().path("created").asBoolean())
                .hasSizeLessThanOrEqualTo(1);
        String undisturbed = random("site");
        steward.succeed("create-database", input(instance, undisturbed));
        assertThat(Catalogue.of(steward, instance, site)).isEqualTo(Catalogue.of(steward, instance, undisturbed));
        assertThat(Catalogue.leftovers(steward, instance)).isEmpty();
        steward.connect("acme", instance, site, site).close();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void twentyAtOnceForDifferentTargetsAllEndWell(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        List<String> sites =
                IntStream.range(0, 20).mapToObj(i -> random("site")).toList();
        List<Outcome> outcomes = atOnce(20, i -> steward.run("create-database", input(instance, sites.get(i))));

        assertThat(outcomes).allMatch(outcome -> outcome.status().toString().equals("SUCCEEDED"));
        assertThat(outcomes)
                .allMatch(outcome -> outcome.output().path("created").asBoolean());
        assertThat(Catalogue.leftovers(steward, instance)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void nobodyElseCanConnectAtAnyMoment(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String intruder = random("intruder");
        steward.succeed("create-user", Map.of("instance", instance, "project", "evil", "user", intruder));
        String password =
                steward.secret("evil", instance, intruder).path("password").asText();
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger attempts = new AtomicInteger();
        AtomicInteger successes = new AtomicInteger();
        Thread attack = Thread.ofVirtual().start(() -> {
            while (!done.get()) {
                attempts.addAndGet(intrude(instance, intruder, password, successes));
            }
        });
        for (int i = 0; i < 5; i++) {
            steward.succeed("create-database", input(instance, random("site")));
        }
        done.set(true);
        attack.join();
        assertThat(attempts).hasValueGreaterThan(50);
        assertThat(successes).hasValue(0);
    }

    private int intrude(String instance, String user, String password, AtomicInteger successes) {
        List<String> databases;
        try (Connection connection = steward.server(instance).connectAs(user, password, "postgres")) {
            databases = rows(
                    connection,
                    "SELECT datname FROM pg_database WHERE datname ~ '^(site_|steward)' ORDER BY oid DESC LIMIT 3");
        } catch (SQLException e) {
            throw new IllegalStateException("the intruder cannot even look", e);
        }
        for (String database : databases) {
            try {
                steward.server(instance).connectAs(user, password, database).close();
                successes.incrementAndGet();
            } catch (SQLException e) {
                assertThat(e.getSQLState()).isIn("42501", "55000", "3D000");
            }
        }
        return databases.size();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void anotherUserAndAnotherEncodingAndLocaleAreGivenOnRequest(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String site = random("site");
        String user = random("user");
        Map<String, Object> input = input(instance, site);
        input.putAll(Map.of("user", user, "encoding", "LATIN1", "locale", "C"));
        JsonNode output = steward.succeed("create-database", input);

        assertThat(output.path("owner").asText()).isEqualTo(user);
        assertThat(steward.look(
                        instance,
                        "postgres",
                        "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype"
                                + " FROM pg_database WHERE datname = '" + site + "'"))
                .containsExactly(user + "|LATIN1|C|C");
        assertThat(steward.run("create-database", with(input, "encoding", "UTF8"))
                        .error())
                .contains("steward.error.ObjectExists");
        assertThat(steward.run("create-database", with(input, "user", random("other")))
                        .error())
                .contains("steward.error.ObjectExists");

        // No collation of the maintenance database can say whether there is a locale of another encoding.
        input.putAll(Map.of("database", random("site"), "locale", "xx_XX.iso88591"));
        Outcome missing = steward.run("create-database", input);
        assertThat(missing.error()).contains("steward.error.InvalidInput");
        assertThat(missing.cause().orElse(""))
                .startsWith("encoding, locale: creating database")
                .contains("xx_XX.iso88591");
    }

    private static Map<String, Object> with(Map<String, Object> input, String field, Object value) {
        Map<String, Object> changed = new TreeMap<>(input);
        changed.put(field, value);
        return changed;
    }

    @ParameterizedTest
    @MethodSource("majors")
    void whatExistsWithoutOurMarkIsAdoptedOnlyOnRequest(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String site = random("Legacy-Site");
        try (Connection master = steward.server(major).connectAsMaster("postgres")) {
            execute(
                    master,
                    "CREATE ROLE \"%s\" LOGIN PASSWORD 'old'".formatted(site),
                    "GRANT \"%s\" TO CURRENT_USER".formatted(site),
                    "CREATE DATABASE \"%1$s\" TEMPLATE template0 OWNER \"%1$s\"".formatted(site),
                    "REVOKE \"%s\" FROM CURRENT_USER".formatted(site));
        }
        try (Connection owner = steward.server(major).connectAs(site, "old", site)) {
            execute(owner, "CREATE TABLE kept (id integer)", "INSERT INTO kept VALUES (42)");
        }
        try (Connection master = steward.server(major).connectAsMaster("postgres")) {
            // The new password would be refused with it.
            execute(master, "ALTER ROLE \"%s\" VALID UNTIL '2001-01-01'".formatted(site));
        }
        List<String> before = Catalogue.of(steward, instance, site);
        Map<String, Object> input = input(instance, site);
        assertThat(steward.run("create-database", input).error()).contains("steward.error.InvalidInput");
        String plain = random("legacy");
        try (Connection master = steward.server(major).connectAsMaster("postgres")) {
            execute(master, "CREATE DATABASE " + plain + " TEMPLATE template0");
        }
        assertThat(steward.run("create-database", input(instance, plain)).error())
                .contains("steward.error.NotOurs");
        assertThat(Catalogue.of(steward, instance, site)).isEqualTo(before);

        JsonNode output = steward.succeed("create-database", with(input, "adopt", true));

        assertThat(output.path("created").asBoolean()).isFalse();
        assertThatThrownBy(() -> steward.server(major).connectAs(site, "old", site))
                .hasMessageContaining("password authentication failed");
        try (Connection owner = steward.connect("acme", instance, site, site)) {
            assertThat(rows(owner, "SELECT id FROM kept")).containsExactly("42");
        }
        assertThat(steward.look(instance, "postgres", "SELECT datacl FROM pg_database WHERE datname = '" + site + "'"))
                .containsExactly("{\"\\\"%1$s\\\"=CTc/\\\"%1$s\\\"\",\"master=Tc/\\\"%1$s\\\"\"}".formatted(site));
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aNameThatCannotBeMadeIsRefusedBeforeAnythingIsAdopted(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String app = random("legacy");
        String mistaken = random("Legacy");
        try (Connection master = steward.server(major).connectAsMaster("postgres")) {
            execute(master, "CREATE ROLE %s LOGIN PASSWORD 'theirs'".formatted(app));
        }
        for (Map<String, Object> input : List.<Map<String, Object>>of(
                Map.of("database", mistaken, "user", app), Map.of("database", app, "user", mistaken))) {
            Outcome refused = steward.run(
                    "create-database", with(with(with(input, "instance", instance), "project", "acme"), "adopt", true));
            assertThat(refused.error()).as(refused.toString()).contains("steward.error.InvalidInput");
        }
        Outcome refused = steward.run(
                "create-user", Map.of("instance", instance, "project", "acme", "user", mistaken, "adopt", true));
        assertThat(refused.error()).as(refused.toString()).contains("steward.error.InvalidInput");

        steward.server(major).connectAs(app, "theirs", "postgres").close();
        assertThat(steward.look(
                        instance,
                        "postgres",
                        "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = '" + app + "'"))
                .containsExactly("null");
        for (String user : List.of(app, mistaken)) {
            assertThatThrownBy(() -> steward.secret("acme", instance, user)).isInstanceOf(RuntimeException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void anEncodingHasManyNames(int major) {
        String instance = TestInstallation.instance(major);
        Map<String, Object> input =
                Map.of("instance", instance, "project", "acme", "database", random("site"), "encoding", "utf-8");
        assertThat(steward.succeed("create-database", input).path("created").asBoolean())
                .isTrue();
        assertThat(steward.succeed("create-database", with(input, "encoding", "Unicode"))
                        .path("created")
                        .asBoolean())
                .isFalse();
        Outcome refused = steward.run("create-database", with(input, "encoding", "LATIN1"));
        assertThat(refused.error()).as(refused.toString()).contains("steward.error.ObjectExists");
    }

    /** As by a run that has made the role after this one had made the secret, stored its own password, and failed. */
    @ParameterizedTest
    @MethodSource("majors")
    void aPasswordThatAFailedRunStoredMeanwhileIsReplaced(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String user = random("user");
        Outcome outcome;
        try (Connection other = steward.server(major).connectAsMaster("postgres")) {
            execute(other, "BEGIN", "CREATE ROLE " + user);
            String arn = steward.start(
                    "create-user",
                    TestInstallation.write(Map.of("instance", instance, "project", "acme", "user", user)));
            try (Connection watcher = steward.server(major).connectAsSuperuser("postgres")) {
                Await.until(
                        "the role is waited for",
                        () -> !rows(
                                        watcher,
                                        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%CREATE ROLE%"
                                                + user + "%'")
                                .isEmpty());
            }
            var value = (ObjectNode) steward.secret("acme", instance, user);
            value.put("password", "of a run that failed");
            steward.secrets.putSecretValue(request -> request.secretId("steward/acme/%s/%s".formatted(instance, user))
                    .secretString(value.toString()));
            execute(other, "ROLLBACK");
            outcome = steward.await(arn);
        }
        assertThat(outcome.error()).as(outcome.toString()).isEmpty();
        steward.connect("acme", instance, user, "postgres").close();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void nobodyWhoWorksInAnAdoptedDatabaseIsLockedOut(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String site = random("legacy");
        String app = random("Legacy-App");
        String team = random("team");
        String member = random("member");
        String guest = random("guest");
        String stranger = random("stranger");
        try (Connection master = steward.server(major).connectAsMaster("postgres")) {
            execute(master, "CREATE DATABASE \"%s\" TEMPLATE template0".formatted(site));
            for (String role : List.of(app, member, guest, stranger)) {
                execute(master, "CREATE ROLE \"%s\" LOGIN PASSWORD 'theirs'".formatted(role));
            }
            execute(master, "CREATE ROLE " + team, "GRANT %s TO %s".formatted(team, member));
        }
        try (Connection master = steward.server(major).connectAsMaster(site)) {
            execute(
                    master,
                    "CREATE TABLE orders (id integer)",
                    "GRANT SELECT ON orders TO \"%s\"".formatted(app),
                    "GRANT SELECT ON orders TO " + team);
        }
        List<String> before = Catalogue.of(steward, instance, site);
        Map<String, Object> input = Map.of("instance", instance, "project", "acme", "database", site, "adopt", true);
        try (Connection connected = steward.server(major).connectAs(guest, "theirs", site)) {
            Outcome refused = steward.run("create-database", input);
            assertThat(refused.error()).as(refused.toString()).contains("steward.error.DependentObjects");
            assertThat(refused.cause().orElseThrow())
                    .contains("GRANT CONNECT ON DATABASE \"%s\" TO \"%s\", \"%s\", \"%s\","
                            .formatted(site, app, guest, member))
                    .doesNotContain(stranger, "\"master\"");
            assertThat(rows(connected, "SELECT 1")).containsExactly("1");
        }
        assertThat(Catalogue.of(steward, instance, site)).isEqualTo(before);

        // The guest has left; of the two others one stays by itself, one by what it is a member of.
        try (Connection master = steward.server(major).connectAsMaster("postgres")) {
            execute(master, "GRANT CONNECT ON DATABASE \"%s\" TO \"%s\", %s".formatted(site, app, team));
        }
        steward.succeed("create-database", input);

        for (String role : List.of(app, member)) {
            try (Connection works = steward.server(major).connectAs(role, "theirs", site)) {
                assertThat(rows(works, "SELECT count(*) FROM orders")).containsExactly("0");
            }
        }
        for (String role : List.of(guest, stranger)) {
            assertThatThrownBy(() -> steward.server(major).connectAs(role, "theirs", site))
                    .hasMessageContaining("permission denied for database");
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void anExtensionThatSomebodyElseInstallsMeanwhileIsNotTakenForOurs(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String site = random("site");
        steward.succeed("create-database", Map.of("instance", instance, "project", "acme", "database", site));
        Outcome outcome;
        try (Connection other = steward.server(major).connectAsSuperuser(site)) {
            execute(other, "CREATE SCHEMA asked", "BEGIN", "LOCK TABLE pg_auth_members IN SHARE MODE");
            // The step has looked for the extension when it waits for the lock: next, it borrows the owner's rights.
            String arn = steward.start(
                    "enable-extension",
                    TestInstallation.write(
                            Map.of("instance", instance, "database", site, "extension", "hstore", "schema", "asked")));
            Await.until(
                    "the step waits",
                    () -> !rows(
                                    other,
                                    "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'pg_auth_members'::regclass")
                            .isEmpty());
            execute(other, "CREATE EXTENSION hstore SCHEMA public", "COMMIT");
            outcome = steward.await(arn);
        }
        assertThat(outcome.error()).as(outcome.toString()).contains("steward.error.ObjectExists");
        assertThat(outcome.cause().orElseThrow()).contains("hstore", "public", "asked");
    }

    @ParameterizedTest
    @MethodSource("majors")
    void anExtensionInAnotherSchemaIsNotTakenForTheOneAskedFor(int major) {
        String instance = TestInstallation.instance(major);
        String site = random("site");
        steward.succeed(
                "create-database",
                Map.of("instance", instance, "project", "acme", "database", site, "extensions", List.of("hstore")));
        Map<String, String> input = Map.of("instance", instance, "database", site, "extension", "hstore");
        Map<String, String> there = new TreeMap<>(input);
        there.put("schema", "public");
        assertThat(steward.succeed("enable-extension", there).path("created").asBoolean())
                .isFalse();
        Map<String, String> elsewhere = new TreeMap<>(input);
        elsewhere.put("schema", "elsewhere");
        Outcome refused = steward.run("enable-extension", elsewhere);
        assertThat(refused.error()).contains("steward.error.ObjectExists");
        assertThat(refused.cause().orElseThrow()).contains("in schema \"public\", not in \"elsewhere\"");
    }

    private interface Attempt {
        Outcome run(int number);
    }

    private static List<Outcome> atOnce(int count, Attempt attempt) throws InterruptedException, ExecutionException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = IntStream.range(0, count)
                    .mapToObj(i -> threads.submit(() -> attempt.run(i)))
                    .toList();
            List<Outcome> outcomes = new ArrayList<>();
            for (var each : running) {
                outcomes.add(each.get());
            }
            return outcomes;
        }
    }
}
