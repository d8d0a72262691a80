package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import steward.local.TestInstallation.Outcome;
import steward.local.postgres.Majors;

/** Extensions whose scripts raise an error, each with another SQLSTATE. */
final class RefusedExtensionIT {
    private static final String PARAMETER = "its library has to be named in shared_preload_libraries";

    private final TestInstallation steward = TestInstallation.SHARED;

    /**
     * What a script does.
     *
     * @param statement as the extension named has it
     * @param said what the server says
     * @param preload whether the parameter is what helps
     */
    private record Refusal(String statement, String said, boolean preload) {}

    private static final List<Refusal> REFUSALS = List.of(
            // pgaudit
            new Refusal(
                    "RAISE EXCEPTION 'pgaudit must be loaded via \"shared_preload_libraries\"' USING ERRCODE = '55000'",
                    "must be loaded",
                    true),
            // pg_cron, where its library is loaded and where it is not
            new Refusal(
                    "RAISE EXCEPTION 'can only create extension in database %', 'postgres'",
                    "can only create extension in database postgres", false),
            new Refusal(
                    "PERFORM current_setting('cron.database_name')",
                    "unrecognized configuration parameter \"cron.database_name\"",
                    true),
            // timescaledb
            new Refusal(
                    "RAISE EXCEPTION 'extension \"timescaledb\" must be preloaded' USING ERRCODE = 'XX000'",
                    "must be preloaded",
                    true));

    static Stream<Integer> majors() {
        return Majors.underTest().stream();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void theErrorNamesTheExtensionAndWhatTheServerSays(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String site = random("site");
        steward.succeed("create-database", Map.of("instance", instance, "project", "acme", "database", site));
        try (Connection rdsadmin = steward.server(major).connectAsSuperuser(site)) {
            for (Refusal refusal : REFUSALS) {
                refuseExtensions(rdsadmin, refusal);

                Outcome outcome = steward.run(
                        "enable-extension", Map.of("instance", instance, "database", site, "extension", "hstore"));

                assertThat(outcome.error()).as(outcome.toString()).contains("steward.error.NotPermitted");
                String cause = outcome.cause().orElseThrow();
                assertThat(cause).contains("extension \"hstore\": the server refuses it", refusal.said());
                assertThat(cause.contains(PARAMETER)).as(cause).isEqualTo(refusal.preload());
            }
            execute(rdsadmin, "DROP EVENT TRIGGER refusing");
        }
        steward.succeed("enable-extension", Map.of("instance", instance, "database", site, "extension", "hstore"));
    }

    /** What nobody has seen yet stays what it is. */
    @ParameterizedTest
    @MethodSource("majors")
    void anyOtherErrorIsSeenAsUnexpected(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String site = random("site");
        steward.succeed("create-database", Map.of("instance", instance, "project", "acme", "database", site));
        try (Connection rdsadmin = steward.server(major).connectAsSuperuser(site)) {
            refuseExtensions(rdsadmin, new Refusal("PERFORM 1 / 0", "", false));

            Outcome outcome = steward.run(
                    "enable-extension", Map.of("instance", instance, "database", site, "extension", "hstore"));

            assertThat(outcome.error()).contains("steward.postgres.UnexpectedSqlError");
        }
    }

    private static void refuseExtensions(Connection rdsadmin, Refusal refusal) throws SQLException {
        execute(
                rdsadmin,
                "DROP EVENT TRIGGER IF EXISTS refusing",
                "CREATE OR REPLACE FUNCTION public.refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN "
                        + refusal.statement() + "; END $$",
                "CREATE EVENT TRIGGER refusing ON ddl_command_start WHEN TAG IN ('CREATE EXTENSION')"
                        + " EXECUTE FUNCTION public.refuse()");
    }
}
