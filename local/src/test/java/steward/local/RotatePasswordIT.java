package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;
import static steward.local.TestInstallation.rows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.secretsmanager.model.Tag;
import software.amazon.awssdk.services.sfn.model.HistoryEvent;
import steward.local.TestInstallation.Outcome;
import steward.local.aws.AwsError;
import steward.local.aws.Faults;
import steward.local.postgres.Majors;

final class RotatePasswordIT {
    private final TestInstallation steward = TestInstallation.SHARED;

    static List<Integer> majors() {
        return Majors.underTest();
    }

    @AfterEach
    void forgetFaults() {
        steward.installation.endpoint().faults().clear();
    }

    private String user(String instance) {
        String user = random("user");
        steward.succeed("create-user", Map.of("instance", instance, "project", "acme", "user", user));
        return user;
    }

    private Map<String, String> input(String instance, String user) {
        return Map.of("instance", instance, "user", user);
    }

    private Map<String, String> input(String workflow, String instance, String user) {
        return workflow.equals("create-user")
                ? Map.of("instance", instance, "project", "acme", "user", user)
                : input(instance, user);
    }

    private String name(String instance, String user) {
        return "steward/acme/%s/%s".formatted(instance, user);
    }

    private String password(String instance, String user, String stage) {
        String secret = steward.secrets
                .getSecretValue(
                        request -> request.secretId(name(instance, user)).versionStage(stage))
                .secretString();
        return TestInstallation.read(secret).path("password").asText();
    }

    /** Version ids by stage, as {@code stage=id}. */
    private List<String> stages(String instance, String user) {
        return steward
                .secrets
                .describeSecret(request -> request.secretId(name(instance, user)))
                .versionIdsToStages()
                .entrySet()
                .stream()
                .flatMap(version -> version.getValue().stream().map(stage -> stage + "=" + version.getKey()))
                .sorted()
                .toList();
    }

    private int versions(String instance, String user) {
        return steward.secrets
                .listSecretVersionIds(
                        request -> request.secretId(name(instance, user)).includeDeprecated(true))
                .versions()
                .size();
    }

    private boolean opens(String instance, String user, String password) {
        try (Connection connection = steward.server(instance).connectAs(user, password, "postgres")) {
            return connection.isValid(5);
        } catch (SQLException e) {
            assertThat(e.getSQLState()).isEqualTo("28P01");
            return false;
        }
    }

    /** The server counts a role's connections once it has its password. */
    @ParameterizedTest
    @MethodSource("majors")
    void aUserWithAllTheConnectionsItMayHaveGetsOneToo(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String user = user(instance);
        String old = password(instance, user, "AWSCURRENT");
        try (Connection master = steward.server(instance).connectAsMaster("postgres")) {
            execute(master, "ALTER ROLE " + user + " CONNECTION LIMIT 1");
            try (Connection open = steward.connect("acme", instance, user, "postgres")) {
                steward.succeed("rotate-password", input(instance, user));
                assertThat(open.isValid(5)).isTrue();
            }
            assertThat(opens(instance, user, password(instance, user, "AWSCURRENT")))
                    .isTrue();
            assertThat(opens(instance, user, old)).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void theNewPasswordIsCurrentAndTheOldOneIsKeptAsPrevious(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String user = user(instance);
        String old = password(instance, user, "AWSCURRENT");
        List<String> before = Catalogue.of(steward, instance, user);
        JsonNode output;
        try (Connection open = steward.connect("acme", instance, user, "postgres")) {
            output = steward.succeed("rotate-password", input(instance, user));
            assertThat(rows(open, "SELECT current_user")).containsExactly(user);
        }
        assertThat(output.size()).isEqualTo(3);
        assertThat(output.path("user").asText()).isEqualTo(user);
        assertThat(stages(instance, user))
                .contains("AWSCURRENT=" + output.path("versionId").asText());
        assertThat(steward.secrets
                        .describeSecret(request -> request.secretId(name(instance, user)))
                        .arn())
                .isEqualTo(output.path("secretArn").asText());
        String current = password(instance, user, "AWSCURRENT");
        assertThat(current).isNotEqualTo(old).hasSize(40);
        assertThat(password(instance, user, "AWSPREVIOUS")).isEqualTo(old);
        assertThat(opens(instance, user, current)).isTrue();
        assertThat(opens(instance, user, old)).isFalse();
        assertThat(Catalogue.of(steward, instance, user)).isEqualTo(before);
        assertThat(steward.look(
                        instance,
                        "postgres",
                        "SELECT rolpassword LIKE 'SCRAM-SHA-256$4096:%' FROM pg_authid WHERE rolname = '" + user + "'"))
                .containsExactly("t");
    }

    /** A rotation leaves a label on what is current then, and the first database makes that the previous version. */
    @ParameterizedTest
    @MethodSource("majors")
    void aRotationAfterTheSecretWasBroughtUpToDateMakesANewPassword(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String user = user(instance);
        steward.succeed("rotate-password", input(instance, user));
        steward.succeed(
                "create-database",
                Map.of("instance", instance, "project", "acme", "database", user + "_db", "user", user));
        String known = password(instance, user, "AWSCURRENT");

        steward.succeed("rotate-password", input(instance, user));

        String current = password(instance, user, "AWSCURRENT");
        assertThat(current).isNotEqualTo(known);
        assertThat(opens(instance, user, current)).isTrue();
        assertThat(opens(instance, user, known)).isFalse();
        assertThat(steward.secret("acme", instance, user).path("dbname").asText())
                .isEqualTo(user + "_db");
    }

    @ParameterizedTest
    @MethodSource("majors")
    void noPasswordIsInALogOrAHistory(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String user = user(instance);
        List<String> secrets = new ArrayList<>(List.of(password(instance, user, "AWSCURRENT")));
        Outcome outcome = steward.run("rotate-password", input(instance, user));
        secrets.add(password(instance, user, "AWSCURRENT"));
        secrets.add(steward.server(major).masterPassword());
        String history = history(outcome.arn());
        String log = Files.readString(steward.server(major).log(), StandardCharsets.UTF_8);
        assertThat(history).contains("versionId", "connection pools must read the secret again");
        for (String secret : secrets) {
            assertThat(history).doesNotContain(secret);
            assertThat(log).doesNotContain(secret);
        }
    }

    private String history(String arn) {
        return steward
                .stepFunctions
                .getExecutionHistory(
                        request -> request.executionArn(arn).maxResults(1000).includeExecutionData(true))
                .events()
                .stream()
                .map(RotatePasswordIT::texts)
                .collect(Collectors.joining());
    }

    /** The SDK's toString leaves out what it takes for sensitive, which is what has to be looked at. */
    private static String texts(HistoryEvent event) {
        List<String> texts = new ArrayList<>();
        Optional.ofNullable(event.stateEnteredEventDetails()).ifPresent(details -> texts.add(details.input()));
        Optional.ofNullable(event.taskScheduledEventDetails()).ifPresent(details -> texts.add(details.parameters()));
        Optional.ofNullable(event.taskSucceededEventDetails()).ifPresent(details -> texts.add(details.output()));
        Optional.ofNullable(event.stateExitedEventDetails())
                .ifPresent(details -> texts.add(details.output() + details.assignedVariables()));
        return String.join(" ", texts);
    }

    @ParameterizedTest
    @MethodSource("majors")
    void whatIsNotOursIsRefused(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String legacy = random("legacy");
        try (Connection master = steward.server(major).connectAsMaster("postgres")) {
            execute(master, "CREATE ROLE " + legacy + " LOGIN PASSWORD 'old'");
        }
        assertRefused(instance, legacy, "NotOurs");
        assertThat(opens(instance, legacy, "old")).isTrue();
        assertRefused(instance, "master", "NotOurs");
        assertRefused(instance, "rdsadmin", "NotOurs");
        assertRefused(instance, random("nobody"), "ObjectMissing");
        assertRefused(instance, "x".repeat(64), "InvalidInput");
        String foreign = user(instance);
        steward.secrets.tagResource(request -> request.secretId(name(instance, foreign))
                .tags(Tag.builder().key("steward:project").value("evil").build()));
        List<String> before = stages(instance, foreign);
        assertRefused(instance, foreign, "NotOurs");
        assertThat(stages(instance, foreign)).isEqualTo(before);
    }

    private void assertRefused(String instance, String user, String error) {
        assertThat(steward.run("rotate-password", input(instance, user)).error())
                .as(user)
                .contains("steward.error." + error);
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aPasswordThatFailsTheLoginStaysPendingAndTheOldOneKeepsWorking(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String user = user(instance);
        String old = password(instance, user, "AWSCURRENT");
        asRdsadmin(instance, "ALTER ROLE " + user + " VALID UNTIL '2000-01-01'");

        Outcome outcome = steward.run("rotate-password", input(instance, user));

        assertThat(outcome.error()).contains("steward.error.VerificationFailed");
        assertThat(outcome.cause().orElseThrow()).contains("the old one was set again");
        asRdsadmin(instance, "ALTER ROLE " + user + " VALID UNTIL 'infinity'");
        assertThat(password(instance, user, "AWSCURRENT")).isEqualTo(old);
        assertThat(opens(instance, user, old)).isTrue();
        String pending = password(instance, user, "AWSPENDING");
        assertThat(opens(instance, user, pending)).isFalse();

        steward.succeed("rotate-password", input(instance, user));

        assertThat(password(instance, user, "AWSCURRENT")).isEqualTo(pending);
        assertThat(opens(instance, user, pending)).isTrue();
        assertThat(versions(instance, user)).isEqualTo(2);
    }

    private void asRdsadmin(String instance, String sql) throws SQLException {
        try (Connection rdsadmin = steward.server(instance).connectAsSuperuser("postgres")) {
            execute(rdsadmin, sql);
        }
    }

    /** Where it is cut depends on Secrets Manager, not on the server: two majors are enough. */
    static List<Integer> twoMajors() {
        List<Integer> majors = Majors.underTest();
        return majors.size() <= Soak.times(2, majors.size()) ? majors : List.of(majors.getFirst(), majors.getLast());
    }

    @ParameterizedTest
    @MethodSource("twoMajors")
    void afterACutAtAnyCallToSecretsManagerTheNextRunEndsAsIfUndisturbed(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        int cuts = 0;
        for (String action :
                List.of("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")) {
            for (Faults.Moment moment : Faults.Moment.values()) {
                for (int call = 1; cut(instance, action, call, moment); call++) {
                    cuts++;
                }
            }
        }
        assertThat(cuts).isGreaterThanOrEqualTo(18);
    }

    /** Whether there was such a call. */
    private boolean cut(String instance, String action, int call, Faults.Moment moment) {
        String user = user(instance);
        String cut = "%s %d %s".formatted(action, call, moment);
        Faults.Fault fault = steward.installation
                .endpoint()
                .faults()
                .fail(
                        "secretsmanager:" + action,
                        call,
                        moment,
                        new AwsError(400, "InvalidRequestException", "planted"));
        Outcome outcome = steward.run("rotate-password", input(instance, user));
        steward.installation.endpoint().faults().clear();
        if (!fault.happened()) {
            assertThat(outcome.error()).as(cut).isEmpty();
            return false;
        }
        assertThat(outcome.error()).as(cut).isPresent();
        assertThat(opens(instance, user, password(instance, user, "AWSCURRENT")))
                .as(cut)
                .isTrue();
        steward.succeed("rotate-password", input(instance, user));
        assertThat(opens(instance, user, password(instance, user, "AWSCURRENT")))
                .as(cut)
                .isTrue();
        assertThat(stages(instance, user)).as(cut).hasSize(3);
        boolean wasOver = action.equals("UpdateSecretVersionStage") && moment == Faults.Moment.AFTER;
        assertThat(versions(instance, user)).as(cut).isEqualTo(wasOver ? 3 : 2);
        return true;
    }

    /** The SDK's own attempts are over after the third call, and the server has the new password by then. */
    @ParameterizedTest
    @MethodSource("twoMajors")
    void anOutageOfSecretsManagerIsWaitedFor(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String user = user(instance);
        List<Faults.Fault> faults = IntStream.rangeClosed(1, 5)
                .mapToObj(call -> steward.installation
                        .endpoint()
                        .faults()
                        .fail(
                                "secretsmanager:UpdateSecretVersionStage",
                                call,
                                Faults.Moment.BEFORE,
                                new AwsError(500, "InternalServiceError", "planted")))
                .toList();
        steward.succeed("rotate-password", input(instance, user));
        assertThat(faults).allMatch(Faults.Fault::happened);
        assertThat(opens(instance, user, password(instance, user, "AWSCURRENT")))
                .isTrue();
        assertThat(versions(instance, user)).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aSecretThatNamesAnotherUserChangesNeither(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String user = user(instance);
        String other = user(instance);
        String others = password(instance, other, "AWSCURRENT");
        String users = password(instance, user, "AWSCURRENT");
        var value = (ObjectNode) steward.secret("acme", instance, user);
        value.put("username", other).put("password", "chosen");
        steward.secrets.putSecretValue(
                request -> request.secretId(name(instance, user)).secretString(value.toString()));
        for (String workflow : List.of("create-user", "rotate-password")) {
            Map<String, String> input = input(workflow, instance, user);
            Outcome refused = steward.run(workflow, input);
            assertThat(refused.error()).as(workflow + refused).contains("steward.error.VerificationFailed");
            assertThat(refused.cause().orElseThrow()).contains("its username is \"" + other + "\"");
            assertThat(opens(instance, other, others)).as(workflow).isTrue();
            assertThat(opens(instance, user, users)).as(workflow).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aUserThatSomebodyHasLockedStaysLocked(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String user = user(instance);
        asRdsadmin(instance, "ALTER ROLE " + user + " NOLOGIN PASSWORD NULL");
        Outcome refused = steward.run("create-user", Map.of("instance", instance, "project", "acme", "user", user));
        assertThat(refused.error()).as(refused.toString()).contains("steward.error.NotPermitted");
        assertThat(steward.look(
                        instance, "postgres", "SELECT rolcanlogin FROM pg_roles WHERE rolname = '" + user + "'"))
                .containsExactly("f");
    }

    /** As after the end of the function between ALTER ROLE and the answer of Secrets Manager. */
    @ParameterizedTest
    @MethodSource("majors")
    void aRotationThatWasCutOffAfterTheServerHadThePasswordIsFinished(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        for (String workflow : List.of("rotate-password", "create-user")) {
            String user = user(instance);
            String pending = random("pending");
            var value = (ObjectNode) steward.secret("acme", instance, user);
            value.put("password", pending);
            steward.secrets.putSecretValue(request -> request.secretId(name(instance, user))
                    .secretString(value.toString())
                    .versionStages("AWSPENDING"));
            asRdsadmin(instance, "ALTER ROLE %s PASSWORD '%s'".formatted(user, pending));
            Map<String, String> input = input(workflow, instance, user);
            steward.succeed(workflow, input);
            assertThat(password(instance, user, "AWSCURRENT")).isEqualTo(pending);
            assertThat(opens(instance, user, pending)).isTrue();
            assertThat(versions(instance, user)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void eightAtOnceAllEndWell(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String user = user(instance);
        List<Outcome> outcomes = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = IntStream.range(0, 8)
                    .mapToObj(i -> threads.submit(() -> steward.run(
                            i % 4 == 3 ? "create-user" : "rotate-password",
                            i % 4 == 3
                                    ? Map.of("instance", instance, "project", "acme", "user", user)
                                    : input(instance, user))))
                    .toList();
            for (var each : running) {
                outcomes.add(each.get());
            }
        }
        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.error()).isEmpty());
        assertThat(opens(instance, user, password(instance, user, "AWSCURRENT")))
                .isTrue();
        assertThat(versions(instance, user)).isBetween(2, 7);
        assertThat(stages(instance, user)).hasSize(3);
    }

    /** Otherwise one could set an older password after another had made a newer one current. */
    @ParameterizedTest
    @MethodSource("majors")
    void whoeverWorksOnTheSamePasswordWaitsForItsTurn(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String user = user(instance);
        List<String> before = stages(instance, user);
        String waiting = """
                SELECT count(*) FROM pg_locks
                 WHERE NOT granted AND classid = 'pg_authid'::regclass AND objid = '%s'::regrole
                """.formatted(user);
        String arn;
        try (Connection other = steward.server(major).connectAsMaster("postgres")) {
            execute(other, "BEGIN", "COMMENT ON ROLE %s IS 'steward:project=acme'".formatted(user));
            arn = steward.start("rotate-password", TestInstallation.write(input(instance, user)));
            for (int i = 0;
                    i < 500 && steward.look(instance, "postgres", waiting).equals(List.of("0"));
                    i++) {
                Thread.sleep(10);
            }
            assertThat(steward.look(instance, "postgres", waiting)).containsExactly("1");
            assertThat(stages(instance, user)).isEqualTo(before);
            execute(other, "ROLLBACK");
        }
        assertThat(steward.await(arn).error()).isEmpty();
        assertThat(stages(instance, user)).hasSize(3);
    }

    /** A tenant may try to comment on its own role, which takes the same lock until it is refused. */
    @ParameterizedTest
    @MethodSource("majors")
    void aTenantCannotHoldUpItsRotation(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String user = user(instance);
        try (Connection tenant = steward.connect("acme", instance, user, "postgres")) {
            execute(tenant, "SELECT pg_advisory_lock(n) FROM generate_series(1, 1000) n", "BEGIN", "SAVEPOINT s");
            assertThatThrownBy(() -> execute(tenant, "COMMENT ON ROLE %s IS 'steward:project=evil'".formatted(user)))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
            execute(tenant, "ROLLBACK TO s");
            steward.succeed("rotate-password", input(instance, user));
        }
    }
}
