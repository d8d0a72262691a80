package steward.task;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;
import steward.error.NotPermitted;
import steward.error.ObjectBusy;
import steward.error.ServerUnavailable;

/**
 * What a program wrote to its standard error, as one of our errors. Lines with the tenant's data or statements (DETAIL,
 * CONTEXT, "Command was") are left out: messages end up in logs and in the execution's history.
 */
final class ProgramErrors {
    private static final int MOST_LINES = 12;
    private static final int MOST_CHARACTERS = 2_000;
    private static final Pattern MESSAGE =
            Pattern.compile("pg_(dump|restore): (error|from TOC|hint|detail: Query was: LOCK)");
    private static final Pattern HIDDEN = Pattern.compile("(?s)\\b(DETAIL|CONTEXT|STATEMENT|Command was):.*");
    /**
     * Dropped between pg_dump's look and its lock, or before it asked for a definition: the next look does not find it. Up to
     * 14 it says "query".
     */
    private static final Pattern GONE = Pattern.compile(
            "(?s)does not exist.*[Qq]uery was: LOCK|cache lookup failed for|could not open relation with OID");

    private static final Pattern UNAVAILABLE = Pattern.compile(
            "server closed the connection|could not connect|connection to server|terminating connection"
                    + "|SSL (SYSCALL|connection)|could not (receive|send) data|the database system is|too many (clients|connections)");

    private final String doing;
    private final Deque<String> lines = new ArrayDeque<>();

    ProgramErrors(String doing) {
        this.doing = doing;
    }

    synchronized void add(String line) {
        if (!MESSAGE.matcher(line).lookingAt()) {
            return;
        }
        lines.add(HIDDEN.matcher(line).replaceAll(""));
        if (lines.size() > MOST_LINES) {
            lines.removeFirst();
        }
    }

    synchronized boolean any() {
        return !lines.isEmpty();
    }

    synchronized RuntimeException failure(int code) {
        String said = String.join("; ", lines);
        String ended = code > 128 ? "was killed by signal " + (code - 128) : "ended with exit code " + code;
        String message = "%s: the program %s: %s".formatted(doing, ended, said);
        String text = message.length() > MOST_CHARACTERS ? message.substring(0, MOST_CHARACTERS) + "..." : message;
        if (said.contains("password authentication failed")) {
            return new PasswordRefused(text);
        }
        if (GONE.matcher(said).find() || said.contains("lock timeout") || said.contains("could not obtain lock")) {
            return new ObjectBusy(text);
        }
        if (said.contains("permission denied")
                || said.contains("must be owner")
                || said.contains("row-level security")) {
            return new NotPermitted(text);
        }
        return UNAVAILABLE.matcher(said).find() ? new ServerUnavailable(text) : new ProgramFailed(text);
    }
}
