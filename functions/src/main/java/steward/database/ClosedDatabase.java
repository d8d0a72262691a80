package steward.database;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import steward.JsonValue;
import steward.Mark;
import steward.StrictJson;
import steward.error.InvalidInput;
import steward.error.ObjectBusy;
import steward.postgres.Session;

/**
 * A database that was closed for being dropped: what it was like before. DROP DATABASE takes no part in a transaction,
 * so whoever opens the database again may be another run than the one that closed it. Therefore what was is kept in the
 * database's comment, which goes with it.
 *
 * @param owner whose it was
 * @param allowsConnections whether it took connections
 * @param access the access list, as Postgres writes it
 */
record ClosedDatabase(String owner, boolean allowsConnections, List<String> access) {

    private record Grant(String sql, String grantee) {}

    /** What a database was like, if it is closed. A comment that a tenant could have written says nothing. */
    static Optional<ClosedDatabase> of(Database database) {
        return database.masterIsOwner()
                ? Mark.beforeDropping(database.comment()).map(ClosedDatabase::parse)
                : Optional.empty();
    }

    /** Whether connections can be made to it, and nobody is dropping it. */
    static boolean isOpen(Database database) {
        return of(database).isEmpty() && database.allowsConnections() && !database.isInvalid();
    }

    /**
     * Looks why one could not look into a database: another run may have closed or dropped it meanwhile.
     *
     * @param failure what is thrown if it is there and open
     * @throws ObjectBusy if another run is dropping it
     */
    static void requireGone(Session session, String name, String doing, RuntimeException failure) {
        Optional<Database> now = Database.find(session, name);
        if (now.filter(ClosedDatabase::isOpen).isPresent()) {
            throw failure;
        }
        if (now.isPresent()) {
            throw new ObjectBusy(doing + ": another run is dropping it", failure);
        }
    }

    /**
     * Closes a database to everybody and makes it the master's, who can then drop it without being a member of the
     * owner's; nothing when that was done before.
     */
    static void close(Session session, Database database) {
        if (of(database).isPresent()) {
            return;
        }
        ClosedDatabase before = new ClosedDatabase(database.owner(), database.allowsConnections(), database.access());
        String comment = database.mark().orElseThrow().textWhileDropping(StrictJson.text(before));
        session.inTransaction(() -> Ownership.borrowing(session, database, () -> {
            session.execute("COMMENT ON DATABASE %I IS %L", database.name(), comment);
            session.execute("ALTER DATABASE %I ALLOW_CONNECTIONS false", database.name());
            session.execute("ALTER DATABASE %I OWNER TO CURRENT_USER", database.name());
        }));
    }

    /** Undoes {@link #close}: all of it, or nothing. */
    void open(Session session, Database database) {
        session.inTransaction(() -> {
            if (owner.equals(database.owner())) {
                restore(session, database);
                return;
            }
            Ownership.borrowing(session, owner, () -> {
                session.execute("ALTER DATABASE %I OWNER TO %I", database.name(), owner);
                restore(session, database);
            });
        });
    }

    private void restore(Session session, Database database) {
        grants(session, database)
                .forEach(grant -> session.execute(
                        grant.sql(),
                        grant.grantee().isEmpty()
                                ? new String[] {database.name()}
                                : new String[] {database.name(), grant.grantee()}));
        session.execute("ALTER DATABASE %I ALLOW_CONNECTIONS " + allowsConnections, database.name());
        session.execute(
                "COMMENT ON DATABASE %I IS %L",
                database.name(), database.mark().orElseThrow().text());
    }

    /**
     * What makes the access list what it was. Changing the owner back has turned everything of the master's into the
     * owner's, so mostly the master's own privileges are missing.
     */
    private List<Grant> grants(Session session, Database database) {
        return session.query(
                """
                WITH was AS (SELECT a.* FROM aclexplode(?::text[]::aclitem[]) a),
                     now AS (
                    SELECT a.*
                      FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
                     WHERE d.datname = ?),
                     differences AS (
                    SELECT 'REVOKE ' || privilege_type || ' ON DATABASE %I FROM ' AS sql, grantee, '' AS tail
                      FROM (SELECT * FROM now EXCEPT SELECT * FROM was) surplus
                    UNION ALL
                    SELECT 'GRANT ' || privilege_type || ' ON DATABASE %I TO ', grantee,
                           CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
                      FROM (SELECT * FROM was EXCEPT SELECT * FROM now) missing)
                SELECT sql || CASE grantee WHEN 0 THEN 'PUBLIC' ELSE '%I' END || tail,
                       CASE grantee WHEN 0 THEN '' ELSE pg_get_userbyid(grantee)::text END
                  FROM differences
                 ORDER BY sql DESC
                """,
                row -> new Grant(row.getString(1), row.getString(2)), access.toArray(String[]::new), database.name());
    }

    private static ClosedDatabase parse(String json) {
        try {
            return StrictJson.read("", JsonValue.read(json), ClosedDatabase.class);
        } catch (IOException | InvalidInput e) {
            throw new IllegalStateException("a database's comment, written by Steward, cannot be read", e);
        }
    }
}
