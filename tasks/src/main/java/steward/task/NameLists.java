package steward.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A setting that is a list of names, as pg_db_role_setting has it: separated by commas, some of them quoted. */
final class NameLists {
    /** The settings of which Postgres quotes each name: pg_dump's own list, of what may be set for a database. */
    static final Set<String> SETTINGS =
            Set.of("search_path", "temp_tablespaces", "local_preload_libraries", "session_preload_libraries");

    private static final Pattern NAME = Pattern.compile("\\s*(?:\"((?:[^\"]|\"\")*)\"|([^\",\\s]+))\\s*(?:,|$)");

    private NameLists() {}

    /** The names. */
    static List<String> names(String list) {
        List<String> names = new ArrayList<>();
        Matcher name = NAME.matcher(list);
        int end = 0;
        while (end < list.length() && name.find(end) && name.start() == end) {
            names.add(name.group(1) == null ? name.group(2) : name.group(1).replace("\"\"", "\""));
            end = name.end();
        }
        if (end < list.length()) {
            throw new IllegalArgumentException("not a list of names: " + list);
        }
        return names;
    }
}
