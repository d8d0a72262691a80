package steward.role;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The lines of a proof, kept short enough for an execution's output however many tables and however long names. */
final class Checks {
    /** Of the 32 KiB that an output may have, with room for quotes to be escaped. */
    private static final int BYTES_OF_READS = 8_000;

    private static final int BYTES_OF_FACT = 700;

    private final List<String> lines = new ArrayList<>();

    /** What was tried and what came of it. */
    void passed(String check, String result) {
        lines.add(check + ": " + result);
    }

    /** One line for each thing that was read, as far as there is room. */
    void reads(List<String> names) {
        List<String> shown = asManyAsFit(names, BYTES_OF_READS);
        shown.forEach(name -> passed("reads " + name, "yes"));
        int more = names.size() - shown.size();
        if (more > 0) {
            passed("reads %d more tables".formatted(more), "yes");
        }
    }

    /** What the reader's owner has to know; nothing if there is no example of it. */
    void report(String fact, List<String> names) {
        if (names.isEmpty()) {
            return;
        }
        List<String> shown = asManyAsFit(names, BYTES_OF_FACT);
        int more = names.size() - shown.size();
        lines.add("%s: %s%s".formatted(fact, String.join(", ", shown), more == 0 ? "" : " and " + more + " more"));
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    private static List<String> asManyAsFit(List<String> names, int bytes) {
        int left = bytes;
        List<String> shown = new ArrayList<>();
        for (String name : names) {
            left -= name.getBytes(StandardCharsets.UTF_8).length + 14;
            if (left < 0 && !shown.isEmpty()) {
                break;
            }
            shown.add(name);
        }
        return shown;
    }
}
