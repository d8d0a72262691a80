package steward.extension;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import steward.error.NotPermitted;
import steward.postgres.Session;

/** The extensions that an instance offers. */
public final class Extensions {
    /** An administrator who allows some extensions does not think of it. */
    private static final String IN_EVERY_DATABASE = "plpgsql";

    private Extensions() {}

    /**
     * An extension's default version.
     *
     * @param schema where its control file says it has to be, if it says so
     * @param requires the extensions it needs
     */
    record Available(String name, String version, @Nullable String schema, List<String> requires) {}

    /**
     * What RDS allows on this instance ({@code rds.extensions}), and what its administrator allows of that; null for
     * everything. Split once: split for each extension, it takes longer than reading all their control files.
     */
    private static final String RDS = """
            WITH rds AS MATERIALIZED (
                SELECT regexp_split_to_array(
                           nullif(current_setting('rds.extensions', true), ''), '\\s*,\\s*') AS offered,
                       regexp_split_to_array(
                           nullif(nullif(current_setting('rds.allowed_extensions', true), ''), '*'),
                           '\\s*,\\s*') AS allowed)
            """;

    private static final String ALLOWED =
            "(rds.offered IS NULL OR e.name = ANY (rds.offered)) AND (rds.allowed IS NULL OR e.name = ANY (rds.allowed))";

    /**
     * Refuses extensions that the instance does not have or does not allow.
     *
     * @throws NotPermitted naming them
     */
    public static void requireAvailable(Session session, List<String> names) {
        if (names.isEmpty()) {
            return;
        }
        Set<String> available = new HashSet<>(session.query(
                RDS + "SELECT e.name FROM rds, pg_available_extensions e WHERE " + ALLOWED, row -> row.getString(1)));
        List<String> missing = names.stream()
                .filter(name -> !available.contains(name))
                .distinct()
                .toList();
        if (!missing.isEmpty()) {
            throw new NotPermitted("extensions %s: not available or not allowed on this instance".formatted(missing));
        }
    }

    /**
     * An extension and, before it, all that it requires. To be asked for once: to say what versions there are, the server
     * reads the names of all scripts of all extensions, and PostGIS has hundreds.
     *
     * @throws NotPermitted naming one that is not there
     */
    static SequencedSet<Available> withRequired(Session session, String name) {
        Map<String, Available> available = session.query(RDS + """
                        SELECT v.name, v.version, v.schema, v.requires::text[]
                          FROM rds, pg_available_extensions e
                          JOIN pg_available_extension_versions v ON v.name = e.name AND v.version = e.default_version
                         WHERE\s""" + ALLOWED, Extensions::read).stream()
                .collect(Collectors.toMap(Available::name, Function.identity()));
        SequencedSet<Available> all = new LinkedHashSet<>();
        add(all, available, name);
        return all;
    }

    private static void add(SequencedSet<Available> all, Map<String, Available> available, String name) {
        Available extension = Optional.ofNullable(available.get(name))
                .orElseThrow(() -> new NotPermitted(
                        "extension \"%s\": not available or not allowed on this instance".formatted(name)));
        extension.requires().stream()
                .filter(required -> !required.equals(IN_EVERY_DATABASE))
                .forEach(required -> add(all, available, required));
        all.add(extension);
    }

    static boolean hasVersion(Session session, String name, String version) {
        return session.isTrue(
                "SELECT EXISTS (SELECT FROM pg_available_extension_versions WHERE name = ? AND version = ?)",
                name,
                version);
    }

    private static Available read(ResultSet row) throws SQLException {
        Array requires = row.getArray(4);
        List<String> required = requires == null ? List.of() : Arrays.asList((String[]) requires.getArray());
        return new Available(row.getString(1), row.getString(2), row.getString(3), required);
    }
}
