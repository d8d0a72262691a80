package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import steward.local.TestInstallation.Outcome;
import steward.local.aws.DatabaseInstance;
import steward.local.postgres.Majors;
import steward.local.postgres.PostgresServer;

/** What is wrong ends in its named error, and nothing at all has changed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WrongInputIT {
    private static final String INVALID = "steward.error.InvalidInput";
    private static final String NOT_OURS = "steward.error.NotOurs";
    private static final String NOT_PERMITTED = "steward.error.NotPermitted";
    private static final String MISSING = "steward.error.ObjectMissing";

    private final TestInstallation steward = TestInstallation.SHARED;
    private final String untagged = "untagged";
    private final String stopped = "stopped";
    private final String secretless = "no-secret";
    private final String stranger = random("stranger");
    private final String others = random("others");

    @BeforeAll
    void prepare() throws SQLException {
        PostgresServer server = steward.server(Majors.underTest().getLast());
        steward.installation.addInstance(untagged, server);
        steward.installation.endpoint().rds().update(untagged, instance -> instance.withTags(Map.of()));
        steward.installation.addInstance(stopped, server);
        steward.installation.endpoint().rds().update(stopped, instance -> instance.withStatus("stopped"));
        steward.installation.addInstance(secretless, server);
        steward.installation
                .endpoint()
                .rds()
                .update(
                        secretless,
                        instance -> instance.withMasterSecret(Optional.<DatabaseInstance.MasterSecret>empty()));
        for (int major : Soak.ends(Majors.underTest())) {
            try (Connection master = steward.server(major).connectAsMaster("postgres")) {
                execute(master, "CREATE ROLE " + stranger + " LOGIN", "CREATE DATABASE " + stranger);
            }
            steward.succeed(
                    "create-database",
                    Map.of("instance", TestInstallation.instance(major), "project", "others", "database", others));
        }
    }

    List<Arguments> wrong() {
        String good = "site";
        String long64 = "a".repeat(64);
        List<Arguments> cases = new ArrayList<>();
        for (String field : List.of("database", "user")) {
            for (String name : List.of(
                    "",
                    long64,
                    "Site",
                    "si\"te",
                    "si'te",
                    "site;drop",
                    "si te",
                    "1site",
                    "pg_site",
                    "rds_site",
                    "steward_site",
                    "postgres",
                    "template1",
                    "master",
                    "public",
                    "sité",
                    "site\u0000")) {
                cases.add(wrong(field, name, INVALID, field + ": "));
            }
        }
        for (String project : List.of("", "Acme", "acme/x", "a".repeat(64), "acme project")) {
            cases.add(wrong("project", project, INVALID, "project: "));
        }
        cases.add(wrong("nmae", good, INVALID, "nmae: is unknown"));
        cases.add(wrong("database", null, INVALID, "database: is missing"));
        cases.add(wrong("project", null, INVALID, "project: is missing"));
        cases.add(wrong("instance", null, INVALID, "instance: is missing"));
        cases.add(wrong("database", 5, INVALID, "database: must be of type string"));
        cases.add(wrong("extensions", "hstore", INVALID, "extensions: must be of type array"));
        cases.add(wrong("extensions", List.of(1), INVALID, "extensions: must be names"));
        cases.add(wrong("adopt", "yes", INVALID, "adopt: must be of type boolean"));
        cases.add(wrong("encoding", "KLINGON", INVALID, "encoding: the server has no encoding \"KLINGON\""));
        cases.add(wrong("locale", "tlh_TLH", INVALID, "locale: the server has no locale \"tlh_TLH\""));
        cases.add(wrong("locale", "C'; DROP", INVALID, "locale: must be letters"));
        cases.add(wrong("instance", "no-such", MISSING, "instance no-such: does not exist"));
        cases.add(wrong("instance", "", INVALID, "instance: must be a DB instance identifier"));
        cases.add(wrong("instance", "*", INVALID, "instance: must be a DB instance identifier"));
        cases.add(wrong("instance", untagged, NOT_OURS, "is not tagged steward:managed"));
        cases.add(wrong("instance", stopped, "steward.error.ServerUnavailable", "is stopped"));
        cases.add(wrong("instance", secretless, MISSING, "no master secret"));
        cases.add(wrong("extensions", List.of("hstore", "file_fdw"), NOT_PERMITTED, "[file_fdw]"));
        cases.add(wrong("extensions", List.of("no_such_extension"), NOT_PERMITTED, "[no_such_extension]"));
        cases.add(wrong("user", stranger, NOT_OURS, "exists without Steward's mark"));
        cases.add(wrong("database", stranger, NOT_OURS, "exists without Steward's mark"));
        cases.add(wrong("user", others, NOT_OURS, "belongs to project \"others\""));
        cases.add(wrong("database", others, NOT_OURS, "\"others\""));
        return cases;
    }

    private static Arguments wrong(String field, @Nullable Object value, String error, String cause) {
        return Arguments.of(field, value, error, cause);
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void wrongInputIsNamedAndChangesNothing(String field, @Nullable Object value, String error, String cause)
            throws SQLException {
        for (int major : Soak.ends(Majors.underTest())) {
            Map<String, Object> input = new HashMap<>(Map.of(
                    "instance", TestInstallation.instance(major),
                    "project", "acme",
                    "database", random("site"),
                    "user", random("user"),
                    "extensions", List.of("citext")));
            if (value == null) {
                input.remove(field);
            }
            if (value != null) {
                input.put(field, value);
            }
            List<String> before = everything(major);
            Outcome outcome = steward.run("create-database", input);
            assertThat(outcome.status()).isEqualTo(ExecutionStatus.FAILED);
            assertThat(outcome.error()).as(outcome.toString()).contains(error);
            assertThat(outcome.cause().orElse("")).contains(cause);
            assertThat(everything(major)).isEqualTo(before);
        }
    }

    private List<String> everything(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        List<String> all = new ArrayList<>();
        all.addAll(steward.look(
                instance,
                "postgres",
                "SELECT oid, rolname, shobj_description(oid, 'pg_authid') FROM pg_authid ORDER BY oid"));
        all.addAll(
                steward.look(
                        instance,
                        "postgres",
                        "SELECT oid, datname, datdba, datacl, shobj_description(oid, 'pg_database') FROM pg_database ORDER BY oid"));
        all.addAll(steward.look(
                instance, "postgres", "SELECT roleid, member FROM pg_auth_members ORDER BY roleid, member"));
        steward.secrets.listSecretsPaginator().stream()
                .flatMap(page -> page.secretList().stream())
                .forEach(secret -> all.add(secret.name() + secret.secretVersionsToStages()));
        return all;
    }

    @ParameterizedTest
    @MethodSource("wrongExtensions")
    void enableExtensionRefusesTheSame(String field, Object value, String error, String cause) throws SQLException {
        for (int major : Soak.ends(Majors.underTest())) {
            Map<String, Object> input = new HashMap<>(
                    Map.of("instance", TestInstallation.instance(major), "database", others, "extension", "citext"));
            input.put(field, value);
            List<String> before = everything(major);
            Outcome outcome = steward.run("enable-extension", input);
            assertThat(outcome.error()).as(outcome.toString()).contains(error);
            assertThat(outcome.cause().orElse("")).contains(cause);
            assertThat(everything(major)).isEqualTo(before);
        }
    }

    List<Arguments> wrongExtensions() {
        return List.of(
                wrong("extension", "file_fdw", NOT_PERMITTED, "\"file_fdw\""),
                wrong("extension", "no_such", NOT_PERMITTED, "\"no_such\""),
                wrong("extension", "", INVALID, "extension: is empty"),
                wrong("schema", "no_such_schema", MISSING, "schema \"no_such_schema\""),
                wrong("schema", "a".repeat(64), INVALID, "schema: has 64 bytes"),
                wrong("database", "no_such_database", MISSING, "database \"no_such_database\""),
                wrong("database", stranger, NOT_OURS, "without Steward's mark"),
                wrong("database", "postgres", NOT_OURS, "without Steward's mark"),
                wrong("project", "acme", INVALID, "project: is unknown"));
    }
}
