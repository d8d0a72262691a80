package steward.local.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class WorldTest {
    @Test
    void aDatabaseIsRestored() {
        Wire wire = new Wire();
        for (int i = 0; i < 20; i++) {
            long start = System.nanoTime();
            try (Account account = new Account(wire)) {
                var execution = account.execute("restore-database", """
                        {"instance": "prod", "project": "acme", "database": "website", "targetDatabase": "copy", "snapshot": "%s"}""".formatted(account.snapshot));
                if (i == 0) {
                    System.out.println(execution);
                    System.out.println(account.calls);
                    System.out.println(account.all());
                    account.endpoint.stepFunctions().history(execution.arn()).stream()
                            .skip(Math.max(
                                    0,
                                    account.endpoint
                                                    .stepFunctions()
                                                    .history(execution.arn())
                                                    .size()
                                            - 6))
                            .forEach(System.out::println);
                }
                assertThat(account.temporary()).isEmpty();
            }
            System.out.println((System.nanoTime() - start) / 1000000 + " ms");
        }
    }
}
