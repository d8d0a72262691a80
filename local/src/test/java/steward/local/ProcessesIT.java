package steward.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import steward.lambda.Deployment;
import steward.local.asl.Time;
import steward.local.postgres.Majors;
import steward.local.postgres.PostgresServer;
import steward.local.postgres.SharedServers;

/** Workflows whose functions are the deployed zip, in processes of their own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProcessesIT {
    private static final int MAJOR = Majors.underTest().getLast();
    private static final String INSTANCE = TestInstallation.instance(MAJOR);

    private final FunctionsInProcesses runner = new FunctionsInProcesses();
    private final TestInstallation steward = start(Map.of(INSTANCE, SharedServers.server(MAJOR)));

    private TestInstallation start(Map<String, PostgresServer> servers) {
        return new TestInstallation(servers, Installation.start(0, Time.system(), servers, runner));
    }

    @AfterAll
    void close() {
        steward.installation.close();
    }

    @Test
    void aDatabaseIsMadeWithOneProcessOfEachFunction() throws Exception {
        runner.processes().cool();
        int masters = started(Deployment.MASTER);
        int owners = started(Deployment.OWNER);
        String site = TestInstallation.random("site");

        var made = steward.succeed(
                "create-database",
                Map.of("instance", INSTANCE, "project", "acme", "database", site, "extensions", List.of("hstore")));

        assertThat(made.path("owner").asText()).isEqualTo(site);
        assertThat(steward.connect("acme", INSTANCE, site, site).isValid(5)).isTrue();
        assertThat(started(Deployment.MASTER) - masters).isEqualTo(1);
        assertThat(started(Deployment.OWNER) - owners).isLessThanOrEqualTo(1);
    }

    @Test
    void anExceptionsClassIsTheErrorsName() {
        var refused = steward.run(
                "create-database", Map.of("instance", INSTANCE, "project", "acme", "database", "Not A Name"));

        assertThat(refused.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(refused.error()).contains("steward.error.InvalidInput");
        assertThat(refused.cause().orElseThrow()).startsWith("database:");
    }

    @Test
    void aSecretIsRotatedBySecretsManager() throws Exception {
        String user = TestInstallation.random("user");
        steward.succeed("create-user", Map.of("instance", INSTANCE, "project", "acme", "user", user));

        steward.succeed("rotate-password", Map.of("instance", INSTANCE, "user", user));

        assertThat(steward.connect("acme", INSTANCE, user, "postgres").isValid(5))
                .isTrue();
    }

    @Test
    void secretsAreReadThroughTheExtensionWhereItIs() throws Exception {
        FunctionsInProcesses beside = new FunctionsInProcesses();
        Map<String, PostgresServer> servers = Map.of(INSTANCE, SharedServers.server(MAJOR));
        try (Installation installation = Installation.start(0, Time.system(), servers, beside)) {
            beside.changeTo(beside::withExtension);
            TestInstallation other = new TestInstallation(servers, installation);
            String site = TestInstallation.random("site");

            other.succeed("create-database", Map.of("instance", INSTANCE, "project", "acme", "database", site));
            int reads = beside.extension().reads();
            var refused = other.run("rotate-password", Map.of("instance", INSTANCE, "user", "nobody"));

            assertThat(other.connect("acme", INSTANCE, site, site).isValid(5)).isTrue();
            assertThat(reads).isGreaterThan(4);
            assertThat(refused.error()).contains("steward.error.ObjectMissing");
        }
    }

    private int started(Deployment deployment) {
        return runner.processes().started(Installation.functionName(deployment));
    }
}
