package steward.postgres;

import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * DDL with names and literals in it: {@code %I} becomes a quoted identifier, {@code %L} a quoted literal, as in
 * Postgres's own <a href="https://www.postgresql.org/docs/current/functions-string.html">format()</a>. There is no other
 * way for a value to get into a statement that takes no parameters.
 */
public final class Sql {
    private static final Pattern PLACEHOLDER = Pattern.compile("%(.?)", Pattern.DOTALL);

    private Sql() {}

    /**
     * Fills a template.
     *
     * @throws IllegalArgumentException when placeholders and values do not agree: a mistake in our code
     */
    public static String format(String template, String... values) {
        Iterator<String> remaining = List.of(values).iterator();
        String sql = PLACEHOLDER
                .matcher(template)
                .replaceAll(found -> Matcher.quoteReplacement(quoted(template, found.group(1), remaining)));
        if (remaining.hasNext()) {
            throw new IllegalArgumentException("more values than placeholders: " + template);
        }
        return sql;
    }

    private static String quoted(String template, String placeholder, Iterator<String> remaining) {
        if (!remaining.hasNext()) {
            throw new IllegalArgumentException("more placeholders than values: " + template);
        }
        String value = remaining.next();
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a NUL character cannot be part of a statement");
        }
        return switch (placeholder) {
            case "I" -> '"' + value.replace("\"", "\"\"") + '"';
            case "L" -> literal(value);
            default -> throw new IllegalArgumentException("unknown placeholder %" + placeholder + ": " + template);
        };
    }

    /** E'' is read alike whatever standard_conforming_strings says. */
    private static String literal(String value) {
        String quoted = value.replace("'", "''");
        return value.indexOf('\\') < 0 ? "'" + quoted + "'" : "E'" + quoted.replace("\\", "\\\\") + "'";
    }
}
