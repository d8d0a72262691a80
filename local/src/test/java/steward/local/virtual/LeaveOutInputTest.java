package steward.local.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import steward.local.aws.ExecutionDescription;

/** What may be left out of a restore is named in a list of short texts: it has to fit the overrides of a task. */
final class LeaveOutInputTest {
    private final Account account = new Account(new Wire());

    @AfterEach
    void close() {
        account.close();
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                        Arguments.of("\"INDEX a\"", "leaveOut: must be of type array"),
                        Arguments.of("5", "leaveOut: must be of type array"),
                        Arguments.of("[5]", "leaveOut: must be names of entries"),
                        Arguments.of("[\"INDEX a\", null]", "leaveOut: must be names of entries"),
                        Arguments.of("[[\"INDEX a\"]]", "leaveOut: must be names of entries"),
                        Arguments.of("[null]", "leaveOut: must be names of entries"),
                        Arguments.of("[\"\"]", "leaveOut: must be names of entries"),
                        Arguments.of(
                                "[\"INDEX %s\"]".formatted("a".repeat(1995)),
                                "leaveOut: must be at most 2000 characters in all"))
                .flatMap(each -> List.of("restore-dump", "restore-database").stream()
                        .map(workflow -> Arguments.of(workflow, each.get()[0], each.get()[1])));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("wrong")
    void otherwiseItIsRefused(String workflow, String leaveOut, String cause) {
        ExecutionDescription execution = account.execute(workflow, input(workflow, leaveOut));

        assertThat(execution.error()).as(execution.toString()).contains("steward.error.InvalidInput");
        assertThat(execution.cause())
                .contains(cause.contains("entries") ? cause + " such as INDEX public orders_idx" : cause);
        // What fails is swept after, which is none of its own.
        assertThat(account.calls).noneMatch(call -> call.startsWith(workflow));
    }

    @ParameterizedTest
    @MethodSource("workflows")
    void theLongestIsTaken(String workflow) {
        String longest = "[\"INDEX %s\"]".formatted("a".repeat(1994));
        ExecutionDescription execution = account.execute(workflow, input(workflow, longest));

        assertThat(execution.status()).as(execution.toString()).isEqualTo("SUCCEEDED");
    }

    static List<String> workflows() {
        return List.of("restore-dump", "restore-database");
    }

    private String input(String workflow, String leaveOut) {
        String field = "\"leaveOut\": " + leaveOut;
        return workflow.equals("restore-database")
                ? Scenario.restore("\"snapshot\": \"%s\", %s".formatted(account.snapshot, field))
                : "{\"instance\": \"prod\", \"project\": \"acme\", \"database\": \"restored\", \"user\": \"website\","
                        + " \"dump\": \"s3://steward-backups-000000000000/%sdump.tar.zst\", %s}"
                                .formatted(Account.OLD_DUMP, field);
    }
}
