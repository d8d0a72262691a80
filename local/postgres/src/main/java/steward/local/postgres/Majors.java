package steward.local.postgres;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The Postgres majors that Steward supports, as data: tests are run on each of them. */
public final class Majors {
    private static final List<Integer> SUPPORTED = List.of(13, 14, 15, 16, 17, 18);
    private static final String UNDER_TEST = "steward.postgres.majors";

    private Majors() {}

    /** Every supported major, oldest first. */
    public static List<Integer> supported() {
        return SUPPORTED;
    }

    /**
     * The majors that tests shall use: the system property {@code steward.postgres.majors}, for instance {@code 14,17}, or
     * all that are supported.
     *
     * @throws IllegalArgumentException when the property names none, or one that is not supported
     */
    public static List<Integer> underTest() {
        return Optional.ofNullable(System.getProperty(UNDER_TEST))
                .filter(value -> !value.isBlank())
                .map(Majors::parse)
                .orElse(SUPPORTED);
    }

    /**
     * Reads a list like {@code 14,17}.
     *
     * @throws IllegalArgumentException when an entry is not a supported major
     */
    public static List<Integer> parse(String list) {
        return Arrays.stream(list.split(",", -1))
                .map(String::strip)
                .map(Majors::parseOne)
                .distinct()
                .sorted()
                .toList();
    }

    private static int parseOne(String text) {
        return SUPPORTED.stream()
                .filter(major -> String.valueOf(major).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "'%s' is not a supported Postgres major; supported are %s".formatted(text, SUPPORTED)));
    }
}
