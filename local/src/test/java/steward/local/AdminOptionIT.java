package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import steward.Access;
import steward.Instance;
import steward.error.NotPermitted;
import steward.local.TestInstallation.Outcome;
import steward.local.postgres.Majors;
import steward.local.postgres.PostgresServer;
import steward.postgres.Postgres;
import steward.role.SetTemporaryPassword;
import steward.secret.Secrets;

/** As after an upgrade from 15: pg_upgrade takes roles and memberships along, and gives nobody ADMIN OPTION. */
final class AdminOptionIT {
    private static final Pattern ADVICE = Pattern.compile("GRANT .* TO \"master\" WITH ADMIN TRUE.*");

    private final TestInstallation steward = TestInstallation.SHARED;

    static List<Integer> majors() {
        return Majors.underTest().stream().filter(major -> major >= 16).toList();
    }

    private static Map<String, Object> database(String instance, String site, String user) {
        return Map.of("instance", instance, "project", "acme", "database", site, "user", user);
    }

    private String createSite(String instance) {
        String site = random("site");
        steward.succeed("create-database", database(instance, site, site));
        return site;
    }

    private void asRdsadmin(String instance, String... statements) throws SQLException {
        try (Connection rdsadmin = steward.server(instance).connectAsSuperuser("postgres")) {
            execute(rdsadmin, statements);
        }
    }

    /** Grantor, and the options ADMIN, INHERIT and SET, of each membership of the master in a role. */
    private List<String> memberships(String instance, String role) throws SQLException {
        return steward.look(instance, "postgres", """
                SELECT pg_get_userbyid(grantor), admin_option,
                       to_jsonb(m) ->> 'inherit_option', to_jsonb(m) ->> 'set_option'
                  FROM pg_auth_members m
                 WHERE pg_get_userbyid(roleid) = '%s' AND member = 'master'::regrole
                 ORDER BY 1
                """.formatted(role));
    }

    /** The statement that the error names. */
    private static String advice(String message) {
        Matcher advice = ADVICE.matcher(message);
        assertThat(advice.find()).as(message).isTrue();
        return advice.group();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void whereTheMasterMayNotTakeItTheErrorSaysWhatToRunAndNothingHasChanged(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String admin = random("dba");
        asRdsadmin(instance, "CREATE ROLE " + admin + " NOLOGIN");
        for (String workflow : List.of("rotate-password", "drop-user", "create-user", "create-database")) {
            String user = random("user");
            Map<String, Object> input = switch (workflow) {
                case "create-user" -> Map.of("instance", instance, "project", "acme", "user", user, "adopt", true);
                case "create-database" -> database(instance, user, user);
                default -> Map.of("instance", instance, "user", user);
            };
            if (workflow.equals("create-user")) {
                asRdsadmin(instance, "CREATE ROLE " + user + " LOGIN");
            } else {
                steward.succeed("create-user", Map.of("instance", instance, "project", "acme", "user", user));
                asRdsadmin(instance, "REVOKE %s FROM master".formatted(user));
            }
            asRdsadmin(instance, "GRANT %s TO %s WITH ADMIN OPTION".formatted(user, admin));
            List<String> roles = roles(instance, user);

            Outcome refused = steward.run(workflow, input);

            assertThat(refused.error()).as(refused.toString()).contains("steward.error.NotPermitted");
            String cause = refused.cause().orElseThrow();
            assertThat(cause).contains("the master lacks ADMIN OPTION on role \"%s\"".formatted(user), admin);
            assertThat(advice(cause))
                    .isEqualTo("GRANT \"%s\" TO \"master\" WITH ADMIN TRUE, INHERIT FALSE, SET FALSE".formatted(user));
            assertThat(roles(instance, user)).isEqualTo(roles);
            assertThat(memberships(instance, user)).isEmpty();
            asRdsadmin(instance, advice(cause), "REVOKE %s FROM %s".formatted(user, admin));
            steward.succeed(workflow, input);
        }
    }

    private List<String> roles(String instance, String user) throws SQLException {
        return steward.look(
                instance,
                "postgres",
                "SELECT a.*, shobj_description(oid, 'pg_authid') FROM pg_authid a WHERE rolname = '" + user + "'");
    }

    /** With no word of who else could grant it, where nobody has it but a superuser. */
    @ParameterizedTest
    @MethodSource("majors")
    void onATemporaryInstanceTheErrorIsTheSame(int major) throws SQLException {
        String name = TestInstallation.instance(major);
        PostgresServer server = steward.server(name);
        String user = random("User");
        asRdsadmin(name, "CREATE ROLE \"%s\" LOGIN".formatted(user));
        String master = steward.secrets
                .createSecret(request -> request.name(random("master"))
                        .secretString(TestInstallation.write(
                                Map.of("username", server.masterUsername(), "password", server.masterPassword()))))
                .arn();
        Instance instance = new Instance(name, server.host(), server.port(), server.version(), master);
        try (Postgres postgres = new Postgres(server.rootCertificate())) {
            Access access = new Access(postgres, new Secrets(steward.secrets));
            assertThatThrownBy(() -> SetTemporaryPassword.run(
                            new SetTemporaryPassword.Input(instance, "postgres", user, random("arn")), access))
                    .isInstanceOf(NotPermitted.class)
                    .hasMessageContaining("rdsadmin")
                    .hasMessageContaining("GRANT \"%s\" TO \"master\" WITH ADMIN TRUE".formatted(user));
        }
    }

    /**
     * RDS is said to let members of rds_superuser grant what they have no ADMIN OPTION on, which plain Postgres never does.
     */
    @DisabledIfSystemProperty(
            named = FunctionRunner.PROCESSES,
            matches = "true",
            disabledReason = WatchingDriver.IN_THIS_JVM)
    @ParameterizedTest
    @MethodSource("majors")
    void whereTheServerLetsTheMasterTakeItItTakesIt(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String adopted = random("legacy");
        asRdsadmin(instance, "CREATE ROLE " + adopted + " LOGIN");
        String site = createSite(instance);
        String rotated = createSite(instance);
        String dropped = createSite(instance);
        String reader = random("reader");
        steward.succeed("grant-read-only", database(instance, site, reader));
        for (String role : List.of(site, rotated, dropped, reader)) {
            asRdsadmin(instance, "REVOKE %s FROM master".formatted(role));
        }
        try (LenientDriver lenient = LenientDriver.install(steward.server(instance))) {
            steward.succeed(
                    "create-user", Map.of("instance", instance, "project", "acme", "user", adopted, "adopt", true));
            steward.succeed("rotate-password", Map.of("instance", instance, "user", rotated));
            steward.succeed("enable-extension", Map.of("instance", instance, "database", site, "extension", "hstore"));
            steward.succeed("create-database", database(instance, random("second"), site));
            steward.succeed("drop-user", Map.of("instance", instance, "user", reader));
            steward.succeed(
                    "drop-database",
                    Map.of("instance", instance, "database", dropped, "confirm", dropped, "skipFinalDump", true));
            assertThat(lenient.admitted()).containsExactly(adopted, rotated, site, reader, dropped);
        }
        for (String role : List.of(adopted, rotated, site, dropped)) {
            assertThat(memberships(instance, role)).as(role).containsExactly("rdsadmin|t|false|false");
        }
        steward.connect("acme", instance, adopted, "postgres").close();
        steward.connect("acme", instance, rotated, rotated).close();
    }

    /** Before 16 administrators made the master a member of an owner for good; nobody can take that back but rdsadmin. */
    @ParameterizedTest
    @MethodSource("majors")
    void aMembershipFromBeforeIsUsedAndLeftAsItIs(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String site = createSite(instance);
        asRdsadmin(instance, "REVOKE %s FROM master".formatted(site), "GRANT %s TO master".formatted(site));

        steward.succeed("enable-extension", Map.of("instance", instance, "database", site, "extension", "hstore"));
        String second = random("second");
        steward.succeed("create-database", database(instance, second, site));
        steward.succeed(
                "drop-database",
                Map.of("instance", instance, "database", second, "confirm", second, "skipFinalDump", true));

        assertThat(memberships(instance, site)).containsExactly("rdsadmin|f|true|true");
        steward.connect("acme", instance, site, site).close();
    }

    /** Whatever the master itself has left is still an error. */
    @ParameterizedTest
    @MethodSource("majors")
    void aMembershipThatSomebodyElseGrantedIsNotTakenForOneThatWasLeft(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String site = createSite(instance);
        asRdsadmin(
                instance,
                "REVOKE %s FROM master".formatted(site),
                "GRANT %s TO master WITH ADMIN OPTION".formatted(site));

        steward.succeed("create-database", database(instance, site, site));

        assertThat(memberships(instance, site)).containsExactly("rdsadmin|t|true|true");
    }
}
