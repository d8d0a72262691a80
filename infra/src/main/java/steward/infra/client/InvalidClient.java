package steward.infra.client;

import java.util.List;

/** All that is wrong with a client's file, each with its path in the file. */
public final class InvalidClient extends RuntimeException {
    private final List<String> problems;

    InvalidClient(String file, List<String> problems) {
        super("%s cannot be used:%n  %s".formatted(file, String.join(System.lineSeparator() + "  ", problems)));
        this.problems = List.copyOf(problems);
    }

    /** One line each, {@code path: reason}. */
    public List<String> problems() {
        return problems;
    }
}
