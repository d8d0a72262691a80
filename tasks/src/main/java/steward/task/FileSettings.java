package steward.task;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was set for the database and for users in it, according to a file of {@code pg_dump -Fc}. pg_restore writes that
 * only together with {@code CREATE DATABASE}, so it is read out of a script that is never run.
 *
 * @param database for everybody, as {@code name=value}
 * @param user for the user who is going to own the database
 * @param notes a line for each setting that is not restored
 */
record FileSettings(List<String> database, List<String> user, List<String> notes) {
    private static final String NAME = "(\"(?:[^\"]|\"\")+\"|[\\w$]+)";
    /** Possessive, or a long value would take a stack frame for each character. */
    private static final String LITERAL = "E?'(?:[^']++|'')*+'";

    private static final Pattern BEGIN = Pattern.compile("^ALTER (?:DATABASE|ROLE) .* SET .* TO ", Pattern.MULTILINE);
    private static final Pattern SETTING = Pattern.compile(
            "^ALTER (?:DATABASE|ROLE %1$s IN DATABASE) %1$s SET %1$s TO (%2$s(?:, %2$s)*);$".formatted(NAME, LITERAL),
            Pattern.MULTILINE);
    private static final Pattern VALUE = Pattern.compile("(E?)'((?:[^']++|'')*+)'");

    static FileSettings read(Tools tools, Path file, Scratch scratch, String user) {
        Path nothing = scratch.write("nothing.list", List.of());
        Program program = new Program(
                "reading the dump's settings",
                tools.restore(),
                List.of("--create", "--use-list=" + nothing, "--file=-", file.toString()));
        return parse(
                program.run(line -> {}, output -> new String(output.readAllBytes(), StandardCharsets.UTF_8)), user);
    }

    static FileSettings parse(String script, String user) {
        FileSettings found = new FileSettings(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        Matcher setting = SETTING.matcher(script);
        int read = 0;
        while (setting.find()) {
            read++;
            found.add(setting.group(1), unquoted(setting.group(3)), setting.group(4), user);
        }
        long all = BEGIN.matcher(script).results().count();
        if (read < all) {
            found.notes.add("%d settings of the database are not restored: the file does not say them as pg_dump does"
                    .formatted(all - read));
        }
        return found;
    }

    private void add(@Nullable String role, String name, String values, String user) {
        String setting = name + "=" + value(name, values);
        if (role == null) {
            database.add(setting);
        } else if (unquoted(role).equals(user)) {
            this.user.add(setting);
        } else {
            notes.add("setting %s of user \"%s\" in the database: is not restored, since the user may not be there"
                    .formatted(name, unquoted(role)));
        }
    }

    /** As pg_db_role_setting has it. */
    private static String value(String name, String values) {
        List<String> all = VALUE.matcher(values)
                .results()
                .map(literal -> {
                    String text = literal.group(2).replace("''", "'");
                    return literal.group(1).isEmpty() ? text : text.replace("\\\\", "\\");
                })
                .toList();
        return NameLists.SETTINGS.contains(name) && !all.equals(List.of(""))
                ? all.stream()
                        .map(each -> '"' + each.replace("\"", "\"\"") + '"')
                        .collect(Collectors.joining(", "))
                : String.join(", ", all);
    }

    private static String unquoted(String name) {
        return name.startsWith("\"") ? name.substring(1, name.length() - 1).replace("\"\"", "\"") : name;
    }
}
