package steward.role;

import java.util.List;
import java.util.Optional;
import steward.Access;
import steward.Mark;
import steward.error.VerificationFailed;
import steward.postgres.Session;

/** Proves that a reader is kept out of the databases of other projects on the instance. */
final class OtherDatabases {
    /** Of how many databases the door is really tried; the privileges are looked up for all. */
    private static final int TRIED = 3;

    private static final String CHECK = "cannot connect to another project's database";

    private OtherDatabases() {}

    private record Other(String name, Optional<String> project, boolean admits) {}

    /** Proves it, and reports databases that nobody looks after and that admit everybody. */
    static void check(Session session, Reader reader, Access access, Checks checks) {
        List<Other> all = all(session);
        List<Other> foreign = all.stream()
                .filter(other -> other.project().isPresent())
                .filter(other -> !other.project().get().equals(reader.project()))
                .toList();
        foreign.stream().filter(Other::admits).findFirst().ifPresent(other -> fail(reader, other));
        List<Other> tried = foreign.stream().limit(TRIED).toList();
        tried.stream()
                .filter(other -> reader.canConnect(access, other.name()))
                .findFirst()
                .ifPresent(other -> fail(reader, other));
        checks.passed(
                CHECK,
                foreign.isEmpty()
                        ? "there is none on this instance"
                        : "refused (tried at %d of %d, looked up for all)".formatted(tried.size(), foreign.size()));
        checks.report(
                "databases without Steward's mark that admit it",
                all.stream()
                        .filter(other -> other.project().isEmpty() && other.admits())
                        .map(Other::name)
                        .toList());
    }

    private static void fail(Reader reader, Other other) {
        throw new VerificationFailed("%s: user \"%s\" can connect to database \"%s\" of project \"%s\""
                .formatted(CHECK, reader.user(), other.name(), other.project().orElseThrow()));
    }

    private static List<Other> all(Session session) {
        return session.query(
                """
                SELECT datname, shobj_description(oid, 'pg_database'), has_database_privilege(oid, 'CONNECT')
                  FROM pg_database
                 WHERE datname <> current_database()
                   AND NOT datistemplate
                   AND datallowconn
                   AND datconnlimit <> -2
                 ORDER BY datname
                """,
                row -> new Other(row.getString(1), Mark.parse(row.getString(2)).map(Mark::project), row.getBoolean(3)));
    }
}
