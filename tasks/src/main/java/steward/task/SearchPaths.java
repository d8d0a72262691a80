package steward.task;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A search path as pg_db_role_setting has it: names separated by commas, some of them quoted. */
final class SearchPaths {
    private static final Pattern NAME = Pattern.compile("\\s*(?:\"((?:[^\"]|\"\")*)\"|([^\",\\s]+))\\s*(?:,|$)");

    private SearchPaths() {}

    /** The same path with every name quoted, so that it can stand in a statement. */
    static String quoted(String path) {
        List<String> names = new ArrayList<>();
        Matcher name = NAME.matcher(path);
        int end = 0;
        while (end < path.length() && name.find(end) && name.start() == end) {
            String text = name.group(1) == null ? name.group(2) : name.group(1).replace("\"\"", "\"");
            names.add(text);
            end = name.end();
        }
        if (end < path.length()) {
            throw new IllegalArgumentException("not a search path: " + path);
        }
        return names.isEmpty()
                ? "''"
                : names.stream()
                        .map(text -> '"' + text.replace("\"", "\"\"") + '"')
                        .collect(Collectors.joining(", "));
    }
}
