package steward.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import steward.Mark;
import steward.Names;
import steward.error.NotOurs;
import steward.error.ObjectBusy;
import steward.error.ObjectExists;
import steward.error.ObjectMissing;
import steward.postgres.Session;

/**
 * A database as pg_database has it.
 *
 * @param oid never used again for another one of the same name, as long as the server lives
 * @param comment the database's comment, where Steward's mark is
 * @param ownerComment the owner's comment; an owner can write any comment on its database, but none on itself
 * @param masterIsOwner whether it belongs to the user who asks
 * @param connectionLimit -2 after an interrupted DROP DATABASE
 * @param access the access list, as Postgres writes it
 */
public record Database(
        long oid,
        String name,
        String owner,
        @Nullable String comment,
        @Nullable String ownerComment,
        boolean masterIsOwner,
        boolean allowsConnections,
        int connectionLimit,
        String encoding,
        DatabaseLocale locale,
        List<String> access) {

    private static final int INTERRUPTED_DROP = -2;

    /** Looks a database up. */
    public static Optional<Database> find(Session session, String name) {
        return session.first("""
                SELECT d.datname,
                       pg_get_userbyid(d.datdba),
                       shobj_description(d.oid, 'pg_database'),
                       shobj_description(d.datdba, 'pg_authid'),
                       pg_get_userbyid(d.datdba) = current_user,
                       d.datallowconn,
                       d.datconnlimit,
                       pg_encoding_to_char(d.encoding),
                       coalesce(d.datacl, acldefault('d', d.datdba))::text[],
                       d.oid::bigint,
                """ + DatabaseLocale.COLUMNS + """
                  FROM pg_database d
                 WHERE d.datname = ?
                """, Database::read, name);
    }

    /**
     * Looks up a database that some project's user has, whoever's it is.
     *
     * @throws ObjectMissing if there is none
     * @throws NotOurs if it lacks our mark
     * @throws ObjectBusy if an interrupted drop waits to be finished
     */
    public static Database findOurs(Session session, String name) {
        Names.requireExisting("database", name);
        Database database = find(session, name)
                .orElseThrow(() -> new ObjectMissing("database \"%s\": does not exist".formatted(name)));
        database.requireMarked();
        database.requireComplete();
        return database;
    }

    /**
     * Refuses a database that is no project's: it needs a mark, and that of its owner has to agree.
     *
     * @throws NotOurs saying what is missing
     */
    void requireMarked() {
        Mark mark =
                mark().orElseThrow(() -> new NotOurs("database \"%s\": exists without Steward's mark".formatted(name)));
        requireMark(mark.project());
    }

    /** Whether an interrupted DROP DATABASE left it, so that nothing but another DROP DATABASE is possible. */
    boolean isInvalid() {
        return connectionLimit == INTERRUPTED_DROP;
    }

    private static Database read(ResultSet row) throws SQLException {
        return new Database(
                row.getLong(10),
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getBoolean(5),
                row.getBoolean(6),
                row.getInt(7),
                row.getString(8),
                new DatabaseLocale(
                        row.getString(11), row.getString(12), row.getString(13), row.getString(14), row.getString(15)),
                Arrays.stream((String[]) row.getArray(9).getArray()).sorted().toList());
    }

    /** The mark in the database's comment. */
    public Optional<Mark> mark() {
        return Mark.parse(comment);
    }

    /**
     * Refuses a database that is not the project's.
     *
     * @param user the project's user
     * @param adopt whether a database without a mark will do, as long as it belongs to the master or that user
     * @throws NotOurs saying whose it is
     */
    void requireOurs(String project, String user, boolean adopt) {
        requireComplete();
        if (mark().isPresent()) {
            requireMark(project);
            return;
        }
        if (!adopt) {
            throw new NotOurs("database \"%s\": exists without Steward's mark".formatted(name));
        }
        if (!masterIsOwner && !owner.equals(user)) {
            throw new NotOurs(
                    "database \"%s\": cannot be adopted, because it belongs to \"%s\"".formatted(name, owner));
        }
    }

    /**
     * Refuses a database whose text is not as asked for.
     *
     * @param wantedEncoding by any name that the server knows
     * @param wantedLocale null for whatever it is
     * @throws ObjectExists naming the difference
     */
    void requireText(Session session, String wantedEncoding, @Nullable DatabaseLocale wantedLocale) {
        if (!session.isTrue("SELECT pg_char_to_encoding(?) = pg_char_to_encoding(?)", encoding, wantedEncoding)) {
            throw new ObjectExists(
                    "database \"%s\": its encoding is %s, not %s".formatted(name, encoding, wantedEncoding));
        }
        if (wantedLocale != null && !locale.equals(wantedLocale)) {
            throw new ObjectExists(
                    "database \"%s\": its locale is %s, not %s".formatted(name, locale.text(), wantedLocale.text()));
        }
    }

    private void requireMark(String project) {
        refuseOther(project, mark());
        if (!masterIsOwner) {
            refuseOther(project, Mark.parse(ownerComment));
        }
    }

    private void refuseOther(String project, Optional<Mark> mark) {
        String found = mark.map(Mark::project).orElse("");
        if (!found.equals(project)) {
            throw new NotOurs("database \"%s\": its mark or that of its owner \"%s\" names project \"%s\", not \"%s\""
                    .formatted(name, owner, found, project));
        }
    }

    private void requireComplete() {
        if (isInvalid() || ClosedDatabase.of(this).isPresent()) {
            throw new ObjectBusy(
                    "database \"%s\": a drop of it was interrupted; drop-database finishes it".formatted(name));
        }
    }
}
