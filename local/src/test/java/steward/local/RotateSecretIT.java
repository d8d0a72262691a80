package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static steward.local.TestInstallation.random;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.InvalidRequestException;
import software.amazon.awssdk.services.secretsmanager.model.Tag;
import steward.error.InvalidInput;
import steward.error.NotOurs;
import steward.error.NotPermitted;
import steward.error.StewardException;
import steward.error.VerificationFailed;
import steward.lambda.Deployment;
import steward.local.asl.TaskFailed;
import steward.local.postgres.Majors;

/** Rotation as Secrets Manager asks for it: rotate-secret, and the four steps one by one. */
final class RotateSecretIT {
    private static final List<String> STEPS = List.of("createSecret", "setSecret", "testSecret", "finishSecret");
    private static final String NO_SUCH_FUNCTION = Installation.ROTATION_FUNCTION + "-missing";
    private static final int CALL_MILLISECONDS = 60_000;

    private final TestInstallation steward = TestInstallation.SHARED;

    static List<Integer> majors() {
        return Majors.underTest();
    }

    private record User(String instance, String name) {
        String secret() {
            return "steward/acme/%s/%s".formatted(instance, name);
        }
    }

    private User user(int major) {
        User user = new User(TestInstallation.instance(major), random("user"));
        steward.succeed("create-user", Map.of("instance", user.instance, "project", "acme", "user", user.name));
        return user;
    }

    private String password(User user) {
        return steward.secret("acme", user.instance, user.name).path("password").asText();
    }

    private DescribeSecretResponse describe(User user) {
        return steward.secrets.describeSecret(request -> request.secretId(user.secret()));
    }

    private boolean isCurrent(User user, String version) {
        return describe(user)
                .versionIdsToStages()
                .getOrDefault(version, List.of())
                .contains("AWSCURRENT");
    }

    private void awaitCurrent(User user, String version) throws InterruptedException {
        for (int i = 0; i < 2000 && !(isCurrent(user, version) && describe(user).lastRotatedDate() != null); i++) {
            Thread.sleep(Duration.ofMillis(10));
        }
        assertThat(isCurrent(user, version)).isTrue();
    }

    private boolean opens(User user, String password) {
        try (Connection connection = steward.server(user.instance).connectAs(user.name, password, "postgres")) {
            return connection.isValid(5);
        } catch (SQLException e) {
            assertThat(e.getSQLState()).isEqualTo("28P01");
            return false;
        }
    }

    /** Stages a version as RotateSecret does, but nobody comes to rotate it. */
    private String stage(User user) {
        String token = UUID.randomUUID().toString();
        steward.secrets.rotateSecret(request ->
                request.secretId(user.secret()).clientRequestToken(token).rotationLambdaARN(NO_SUCH_FUNCTION));
        return token;
    }

    private void step(User user, String token, String step) throws IOException {
        call("""
                {"Step": "%s", "SecretId": "%s", "ClientRequestToken": "%s", "RotationToken": "ignored"}
                """.formatted(step, describe(user).arn(), token));
    }

    private void call(String event) throws IOException {
        steward.installation
                .handler(Deployment.ROTATION)
                .handleRequest(
                        new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)),
                        new ByteArrayOutputStream(),
                        context());
    }

    /** How a call is refused: by the same name in this JVM and in a process of the function's own. */
    private static ThrowableAssert<?> assertRefused(
            ThrowableAssert.ThrowingCallable call, Class<? extends StewardException> expected) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isNotNull();
        String error = thrown.getCause() instanceof TaskFailed failed
                ? failed.error()
                : thrown.getClass().getName();
        assertThat(error).as(thrown.toString()).isEqualTo(expected.getName());
        return new ThrowableAssert<>(thrown);
    }

    @ParameterizedTest
    @MethodSource("majors")
    void rotateSecretRunsTheFourStepsAndKeepsTheSchedule(int major) throws Exception {
        User user = user(major);
        String old = password(user);

        String version = steward.secrets
                .rotateSecret(request -> request.secretId(user.secret())
                        .rotationLambdaARN(Installation.ROTATION_FUNCTION)
                        .rotationRules(rules -> rules.automaticallyAfterDays(30L)))
                .versionId();
        awaitCurrent(user, version);

        assertThat(password(user)).isNotEqualTo(old);
        assertThat(opens(user, password(user))).isTrue();
        assertThat(opens(user, old)).isFalse();
        DescribeSecretResponse secret = describe(user);
        assertThat(secret.rotationEnabled()).isTrue();
        assertThat(secret.rotationLambdaARN()).isEqualTo(Installation.ROTATION_FUNCTION);
        assertThat(secret.rotationRules().automaticallyAfterDays()).isEqualTo(30);
        assertThat(secret.nextRotationDate()).isEqualTo(secret.lastRotatedDate().plus(Duration.ofDays(30)));
        String again = steward.secrets
                .rotateSecret(request -> request.secretId(user.secret()))
                .versionId();
        awaitCurrent(user, again);
        assertThat(opens(user, password(user))).isTrue();
        steward.secrets.cancelRotateSecret(request -> request.secretId(user.secret()));
        assertThat(describe(user).rotationEnabled()).isFalse();
        steward.succeed("rotate-password", Map.of("instance", user.instance, "user", user.name));
        steward.succeed("create-user", Map.of("instance", user.instance, "project", "acme", "user", user.name));
        assertThat(opens(user, password(user))).isTrue();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void everyStepMayComeAnyNumberOfTimes(int major) throws Exception {
        User user = user(major);
        String old = password(user);
        String token = stage(user);
        for (int last = 0; last < STEPS.size(); last++) {
            for (int repeat = 0; repeat < 2; repeat++) {
                for (String step : STEPS.subList(0, last + 1)) {
                    step(user, token, step);
                }
            }
            assertThat(isCurrent(user, token)).isEqualTo(last == 3);
            assertThat(opens(user, old)).isEqualTo(last == 0);
        }
        assertThat(opens(user, password(user))).isTrue();
        assertThat(describe(user).versionIdsToStages()).hasSize(2);
    }

    @ParameterizedTest
    @MethodSource("majors")
    void whatSecretsManagerHasStagedIsUsedByTheWorkflowAndTheOtherWayRound(int major) throws Exception {
        User user = user(major);
        String token = stage(user);
        step(user, token, "createSecret");
        step(user, token, "setSecret");
        String version = steward.succeed("rotate-password", Map.of("instance", user.instance, "user", user.name))
                .path("versionId")
                .asText();
        assertThat(version).isEqualTo(token);
        step(user, token, "testSecret");
        step(user, token, "finishSecret");
        assertThat(opens(user, password(user))).isTrue();

        ObjectNode pending = (ObjectNode) steward.secret("acme", user.instance, user.name);
        pending.put("password", random("pending"));
        String left = steward.secrets
                .putSecretValue(request -> request.secretId(user.secret())
                        .secretString(pending.toString())
                        .versionStages("AWSPENDING"))
                .versionId();
        assertThatThrownBy(() -> steward.secrets.rotateSecret(
                        request -> request.secretId(user.secret()).rotationLambdaARN(Installation.ROTATION_FUNCTION)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("will be reattempted");
        awaitCurrent(user, left);
        assertThat(opens(user, pending.path("password").asText())).isTrue();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aPasswordThatTheServerRefusesNeverBecomesCurrent(int major) throws Exception {
        User user = user(major);
        String old = password(user);
        String token = stage(user);
        step(user, token, "createSecret");
        assertRefused(() -> step(user, token, "finishSecret"), VerificationFailed.class);
        assertRefused(() -> step(user, token, "testSecret"), VerificationFailed.class)
                .hasMessageContaining("the old one was set again");
        assertThat(password(user)).isEqualTo(old);
        assertThat(opens(user, old)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void whatTheSecretSaysDoesNotDecideWhereTheMasterLogsIn(int major) throws Exception {
        User user = user(major);
        ObjectNode changed = (ObjectNode) steward.secret("acme", user.instance, user.name);
        changed.put("host", "192.0.2.1").put("port", 1);
        steward.secrets.putSecretValue(
                request -> request.secretId(user.secret()).secretString(changed.toString()));
        String token = stage(user);
        for (String step : STEPS) {
            step(user, token, step);
        }
        assertThat(steward.secret("acme", user.instance, user.name).path("host").asText())
                .isEqualTo("localhost");
        assertThat(opens(user, password(user))).isTrue();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void whatIsNotARotationOfOursIsRefused(int major) throws Exception {
        User user = user(major);
        String old = password(user);
        String token = UUID.randomUUID().toString();
        assertRefused(() -> step(user, token, "createSecret"), NotPermitted.class);
        String staged = stage(user);
        assertRefused(() -> step(user, token, "createSecret"), InvalidInput.class);
        assertRefused(() -> step(user, staged, "dropSecret"), InvalidInput.class);
        assertRefused(() -> call("{}"), InvalidInput.class);
        assertRefused(() -> call("["), InvalidInput.class);
        steward.secrets.tagResource(request -> request.secretId(user.secret())
                .tags(Tag.builder().key("steward:instance").value("other").build()));
        assertRefused(() -> step(user, staged, "createSecret"), NotOurs.class);
        String alien = "alien/" + random("secret");
        String arn = steward.secrets
                .createSecret(request -> request.name(alien).secretString("{\"username\": \"master\"}"))
                .arn();
        assertRefused(
                () -> call("{\"Step\":\"setSecret\",\"SecretId\":\"%s\",\"ClientRequestToken\":\"%s\"}"
                        .formatted(arn, token)),
                NotOurs.class);
        assertThat(opens(user, old)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aRotationThatIsNotYetDueIsOnlyTried(int major) throws Exception {
        User user = user(major);
        String old = password(user);
        String token = steward.secrets
                .rotateSecret(request -> request.secretId(user.secret())
                        .rotationLambdaARN(Installation.ROTATION_FUNCTION)
                        .rotateImmediately(false)
                        .rotationRules(rules -> rules.scheduleExpression("rate(30 days)")))
                .versionId();
        for (int i = 0; i < 1000 && describe(user).versionIdsToStages().containsKey(token); i++) {
            Thread.sleep(Duration.ofMillis(10));
        }
        assertThat(describe(user).versionIdsToStages()).hasSize(1);
        assertThat(describe(user).rotationRules().scheduleExpression()).isEqualTo("rate(30 days)");
        assertThat(password(user)).isEqualTo(old);
        assertThat(opens(user, old)).isTrue();
    }

    /** Handlers ask their context for nothing; AWS's runtime client is told which call of which function it is. */
    private static Context context() {
        String id = UUID.randomUUID().toString();
        return (Context) Proxy.newProxyInstance(
                RotateSecretIT.class.getClassLoader(),
                new Class<?>[] {Context.class},
                (self, method, values) -> switch (method.getName()) {
                    case "getAwsRequestId" -> id;
                    case "getInvokedFunctionArn" -> Installation.ROTATION_FUNCTION;
                    case "getRemainingTimeInMillis" -> CALL_MILLISECONDS;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
