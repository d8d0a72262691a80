package steward;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import steward.error.InvalidInput;
import steward.postgres.Sql;
import steward.secret.SecretName;

/** Five thousand hostile names of each kind: each is refused, or means exactly itself. */
final class HostileNamesTest {
    private static final long SEED = Long.getLong("steward.seed", 20_260_101L);
    private static final int COUNT = 5_000;

    @Test
    void usersAndDatabasesToBeMadeAreRefusedOrExact() {
        for (String field : List.of("user", "database")) {
            Set<String> accepted = accepted(field.hashCode(), name -> Names.requireCreatable(field, name));
            assertThat(accepted).hasSizeBetween(300, 4_000).allMatch(name -> name.matches("[a-z][a-z0-9_]{0,62}"));
            assertThat(accepted).noneMatch(name -> name.matches("(pg_|rds|steward|template).*"));
            assertExact(accepted);
        }
    }

    @Test
    void whatExistsAlreadyIsRefusedOrExact() {
        for (String field : List.of("extension", "schema", "user", "database")) {
            Set<String> accepted = accepted(field.hashCode(), name -> Names.requireExisting(field, name));
            assertThat(accepted).hasSizeBetween(1_000, 4_900);
            assertExact(accepted);
        }
    }

    @Test
    void projectsAreRefusedOrExactAndTheirMarksMeetNobodyElses() {
        Set<String> projects = accepted(3, name -> Names.requireProject("project", name));
        assertThat(projects).hasSizeGreaterThan(300);
        assertThat(projects)
                .allSatisfy(project ->
                        assertThat(Mark.parse(new Mark(project).text())).contains(new Mark(project)));
        assertThat(distinct(projects.stream()
                        .map(project -> new Mark(project).text())
                        .toList()))
                .isEqualTo(projects.size());
    }

    @Test
    void aMarkIsReadOnlyFromExactlyItsOwnText() {
        HostileNames.random(SEED + 4, COUNT)
                .forEach(name -> Mark.parse("steward:project=" + name).ifPresent(mark -> {
                    assertThat(mark.project()).isEqualTo(name);
                    Names.requireProject("project", name);
                }));
    }

    @Test
    void noTwoUsersHaveTheSameSecret() {
        List<String> projects = List.copyOf(accepted(5, name -> Names.requireProject("project", name)));
        List<String> instances =
                accepted(6, HostileNamesTest::requireInstance).stream().toList();
        List<String> users = accepted(7, name -> {
                    Names.requireOwn("user", name, true);
                    new SecretName("p", "i", name);
                })
                .stream()
                .toList();
        assertThat(users).hasSizeGreaterThan(300);
        Set<SecretName> secrets = new LinkedHashSet<>();
        for (int i = 0; i < COUNT; i++) {
            secrets.add(new SecretName(
                    projects.get(i % projects.size()),
                    instances.get(i % instances.size()),
                    users.get(i % users.size())));
        }
        assertThat(secrets)
                .allSatisfy(
                        secret -> assertThat(SecretName.parse(secret.text())).isEqualTo(secret));
        assertThat(distinct(secrets.stream().map(SecretName::text).toList())).isEqualTo(secrets.size());
    }

    /** As the state machines check it. */
    private static void requireInstance(String name) {
        if (!name.matches("[a-zA-Z][a-zA-Z0-9-]{0,62}")) {
            throw new InvalidInput("instance: must be a DB instance identifier");
        }
    }

    private static Set<String> accepted(int kind, Consumer<String> rule) {
        Set<String> accepted = new LinkedHashSet<>();
        for (String name : HostileNames.random(SEED + kind, COUNT)) {
            try {
                rule.accept(name);
                accepted.add(name);
            } catch (InvalidInput e) {
                assertThat(e.getMessage()).isNotEmpty().matches("[\\x20-\\x7e]+");
            }
        }
        return accepted;
    }

    private static void assertExact(Set<String> names) {
        Set<String> kept = new HashSet<>();
        for (String name : names) {
            byte[] sent = name.getBytes(StandardCharsets.UTF_8);
            String stored = new String(Arrays.copyOf(sent, Math.min(sent.length, 63)), StandardCharsets.UTF_8);
            assertThat(stored).isEqualTo(name);
            assertThat(unquoted(Sql.format("%I", name))).isEqualTo(name);
            kept.add(stored);
        }
        assertThat(kept).hasSize(names.size());
    }

    /** What the server reads between the quotes. */
    private static String unquoted(String identifier) {
        String inside = identifier.substring(1, identifier.length() - 1);
        assertThat(inside.replace("\"\"", "")).doesNotContain("\"");
        return inside.replace("\"\"", "\"");
    }

    private static long distinct(List<String> texts) {
        return texts.stream().distinct().count();
    }
}
