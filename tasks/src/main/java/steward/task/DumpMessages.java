package steward.task;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What pg_dump says while it works. */
final class DumpMessages {
    /** Somewhere in a line: several processes write them. */
    private static final Pattern FINISHED = Pattern.compile("finished item (\\d+) TABLE DATA");
    /** Of a dump over one connection: what comes first of a table. */
    private static final Pattern BEGUN = Pattern.compile("dumping contents of table()");
    /** Comes when pg_dump has locked all tables and read what belongs to them, and before their data. */
    private static final String LOCKED = "saving encoding";
    /** The first one comes when it has read the definition of everything else, too. */
    private static final String DEFINED = "dumping contents of table";

    private static final Pattern WARNING = Pattern.compile("pg_dump: warning: (.*)");
    private static final int MOST_WARNINGS = 20;

    private final Pattern table;
    private final Progress progress;
    private final Consumer<String> finished;
    private final Runnable look;
    private final List<String> warnings = new ArrayList<>();
    private boolean areLocked;
    private boolean areDefined;

    /**
     * Begins to listen.
     *
     * @param jobs pg_dump's connections
     * @param finished gets the names of files of tables' data that are said to be complete
     * @param look is run twice: when the tables are locked, and when all definitions have been read
     */
    DumpMessages(int jobs, Progress progress, Consumer<String> finished, Runnable look) {
        this.table = jobs > 1 ? FINISHED : BEGUN;
        this.progress = progress;
        this.finished = finished;
        this.look = look;
    }

    /** Takes what pg_dump says. */
    void line(String line) {
        if (line.contains(LOCKED)) {
            tablesAreLocked();
        }
        if (line.contains(DEFINED)) {
            allIsDefined();
        }
        Matcher done = table.matcher(line);
        if (done.find()) {
            progress.table();
            if (!done.group(1).isEmpty()) {
                finished.accept(done.group(1) + ".dat");
            }
        }
        Matcher warning = WARNING.matcher(line);
        if (warning.matches() && warnings.size() < MOST_WARNINGS) {
            warnings.add("pg_dump warned: " + warning.group(1));
        }
    }

    private void tablesAreLocked() {
        if (!areLocked) {
            areLocked = true;
            look.run();
        }
    }

    /** It is, or was. */
    void allIsDefined() {
        if (!areDefined) {
            areDefined = true;
            look.run();
        }
    }

    /** What it warned of, as notes. */
    List<String> warnings() {
        return warnings;
    }
}
