package steward.task;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import steward.error.VerificationFailed;

/**
 * Reads the data section that pg_restore writes as a script, to its last byte, and counts what is in it. Nothing of it is
 * executed.
 */
final class ScriptReader {
    private static final int BUFFER = 1 << 20;
    private static final String NAME = "(?:\"(?:[^\"]|\"\")+\"|[^\"\\s.()]+)";
    /** A qualified name, as Postgres quotes it. */
    static final Pattern QUALIFIED = Pattern.compile(NAME + "\\." + NAME);

    private static final Pattern COPY =
            Pattern.compile("COPY (" + QUALIFIED.pattern() + ") .*FROM stdin;", Pattern.DOTALL);
    private static final Pattern SETVAL = Pattern.compile(
            "SELECT pg_catalog\\.setval\\('((?:[^']|'')+)', (-?\\d+), (true|false)\\);", Pattern.DOTALL);
    private static final String ENCODING = "SET client_encoding = '";
    private static final String OPEN = "SELECT pg_catalog.lo_open(";
    private static final String WRITE = "SELECT pg_catalog.lowrite(0, '\\x";

    private final boolean numbers;
    private final List<Contents.Table> tables = new ArrayList<>();
    private final List<Contents.Sequence> sequences = new ArrayList<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StringBuilder statement = new StringBuilder();
    /** Of names: the script says it first. What is no character of it is kept out of comparisons, not refused. */
    private Charset charset = StandardCharsets.UTF_8;

    private String table = "";
    private long rows;
    private long largeObjects;
    private long largeObjectBytes;

    private ScriptReader(boolean numbers) {
        this.numbers = numbers;
    }

    /** Counts the rows of each table. */
    static ScriptReader ofRows() {
        return new ScriptReader(false);
    }

    /** Takes the number that is each table's only row for the number of its rows; see {@link Folder#outline}. */
    static ScriptReader ofNumbers() {
        return new ScriptReader(true);
    }

    /**
     * Reads all of a script.
     *
     * @throws VerificationFailed if it ends amid a table's rows or has what such scripts do not have
     */
    Contents read(InputStream script) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int count = script.read(buffer); count >= 0; count = script.read(buffer)) {
            take(buffer, count);
        }
        if (!table.isEmpty() || line.size() > 0 || !statement.isEmpty()) {
            throw new VerificationFailed("the dump ends in the middle of its data");
        }
        return new Contents(
                numbers ? List.copyOf(tables) : Contents.summed(tables),
                List.copyOf(sequences),
                largeObjects,
                largeObjectBytes);
    }

    private void take(byte[] buffer, int count) {
        int start = 0;
        for (int i = 0; i < count; i++) {
            if (buffer[i] != '\n') {
                continue;
            }
            if (table.isEmpty()) {
                line.write(buffer, start, i - start);
                sql(line.toString(charset));
                line.reset();
            } else if (isEnd(buffer, start, i)) {
                tables.add(new Contents.Table(table, rows));
                table = "";
                line.reset();
            } else if (numbers) {
                line.write(buffer, start, i - start);
                rows = Long.parseLong(line.toString(StandardCharsets.UTF_8));
                line.reset();
            } else {
                rows++;
                line.reset();
            }
            start = i + 1;
        }
        // Of a row, only whether it may be the end has to be known.
        line.write(buffer, start, table.isEmpty() || numbers ? count - start : Math.min(count - start, 3));
    }

    /** Whether the line, which may have begun in the buffer before, is the one that ends a table's rows. */
    private boolean isEnd(byte[] buffer, int start, int end) {
        int before = line.size();
        if (before + end - start != 2) {
            return false;
        }
        line.write(buffer, start, end - start);
        byte[] whole = line.toByteArray();
        return whole[0] == '\\' && whole[1] == '.';
    }

    private void sql(String text) {
        if (statement.isEmpty() && (text.isEmpty() || text.startsWith("--") || text.startsWith("\\"))) {
            return;
        }
        if (statement.isEmpty() && text.startsWith(WRITE)) {
            largeObjectBytes += (text.indexOf('\'', WRITE.length()) - WRITE.length()) / 2;
            return;
        }
        statement.append(statement.isEmpty() ? "" : "\n").append(text);
        if (text.endsWith(";") && isBalanced(statement)) {
            String whole = statement.toString();
            statement.setLength(0);
            execute(whole);
        }
    }

    /** Whether no name and no text is open: either may hold a semicolon, a line's end, and the other's quote. */
    private static boolean isBalanced(CharSequence text) {
        char open = 0;
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (open == 0 && (character == '"' || character == '\'')) {
                open = character;
            } else if (character == open) {
                open = 0;
            }
        }
        return open == 0;
    }

    private void execute(String sql) {
        Matcher setval = SETVAL.matcher(sql);
        if (setval.matches()) {
            sequences.add(new Contents.Sequence(
                    setval.group(1).replace("''", "'"),
                    Long.parseLong(setval.group(2)),
                    Boolean.parseBoolean(setval.group(3))));
        } else if (sql.startsWith(ENCODING)) {
            charset = Encodings.charset(sql.substring(ENCODING.length(), sql.lastIndexOf('\'')));
        } else if (sql.startsWith(OPEN)) {
            largeObjects++;
        } else if (sql.startsWith("COPY ")) {
            Matcher copy = COPY.matcher(sql);
            if (!copy.matches()) {
                throw new VerificationFailed("the dump has a COPY statement that cannot be understood");
            }
            table = copy.group(1);
            rows = 0;
        }
    }
}
