package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;
import static steward.local.TestInstallation.rows;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import steward.local.TestInstallation.Outcome;
import steward.local.postgres.ClientTools;

/** A dump that no server takes as it is comes back without what the server refuses. */
final class LeaveOutIT {
    private static final Pattern REFUSED = Pattern.compile("from TOC entry \\d+; \\d+ \\d+ (INDEX \\S+) ");

    private final TestInstallation steward = TestInstallation.SHARED;
    private final Dumps dumps = new Dumps(steward);

    static List<Integer> majors() {
        return Soak.ends(List.copyOf(ClientTools.underTest().keySet()));
    }

    /**
     * The index was made before there were rows, and grows with them. To make it again the function is run where nothing is
     * found without its schema, by pg_restore as by CREATE INDEX from 17 on, and so not the function's table.
     */
    @ParameterizedTest
    @MethodSource("majors")
    void anIndexThatCannotBeMadeAgain(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String site = dumps.filled(instance);
        try (Connection owner = steward.connect("acme", instance, site, site)) {
            execute(
                    owner,
                    "CREATE TABLE orders (id int)",
                    "CREATE TABLE rates (rate int)",
                    "INSERT INTO rates VALUES (3)",
                    "CREATE FUNCTION rated(id int) RETURNS int LANGUAGE plpgsql IMMUTABLE"
                            + " AS 'BEGIN RETURN id * (SELECT rate FROM rates); END'",
                    "CREATE INDEX orders_rated ON orders (rated(id))",
                    "COMMENT ON INDEX orders_rated IS 'by rate'",
                    "INSERT INTO orders VALUES (1)");
        }
        String dump = dumps.dump(instance, site).path("dump").asText();
        String copy = random("copy");
        Outcome refused = restore(instance, copy, site, dump);
        assertThat(refused.cause().orElse("")).contains("relation \"rates\" does not exist");
        assertThat(dumps.exists(instance, copy)).isFalse();
        Matcher named = REFUSED.matcher(refused.cause().orElse(""));
        assertThat(named.find()).as(refused.toString()).isTrue();

        Outcome wrong = restore(instance, copy, site, dump, named.group(1), "INDEX no_such_index");
        assertThat(wrong.error()).contains("steward.error.InvalidInput");
        assertThat(wrong.cause()).contains("leaveOut: the dump has no entry \"INDEX no_such_index\"");
        assertThat(dumps.exists(instance, copy)).isFalse();

        Outcome restored = restore(instance, copy, site, dump, named.group(1));
        assertThat(restored.output().path("rows").asInt())
                .as(restored.toString())
                .isEqualTo(1002);
        assertThat(restored.output().path("notes").toString())
                .contains(
                        "INDEX public orders_rated: is left out, as the input asks",
                        "COMMENT public INDEX orders_rated: is left out with what it is about");
        try (Connection owner = steward.connect("acme", instance, site, copy)) {
            assertThat(rows(owner, "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'"))
                    .containsExactly("site_pkey");
            assertThat(rows(owner, "SELECT rated(id) FROM orders")).containsExactly("3");
        }
    }

    private Outcome restore(String instance, String copy, String user, String dump, String... leaveOut) {
        ObjectNode input = new ObjectMapper().valueToTree(Dumps.input(instance, copy, user, dump));
        for (String name : leaveOut) {
            input.withArray("leaveOut").add(name);
        }
        return steward.await(steward.start("restore-dump", input.toString()));
    }
}
