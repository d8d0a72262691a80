package steward.role;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import steward.Access;
import steward.Instance;
import steward.Mark;
import steward.database.Database;
import steward.error.DependentObjects;
import steward.postgres.Session;
import steward.role.CheckDropUser.Readership;

/**
 * All that keeps a user from being dropped, on the whole instance. Asks nothing but catalogues: as the master, no code of
 * a tenant's may run.
 *
 * @param inTheWay what has to be removed by hand, one description for each, with the database
 * @param readable where all that binds the user is what grant-read-only gives
 */
record UserDependents(List<String> inTheWay, List<Readership> readable) {
    private static final int MOST_LISTED = 100;

    /** They go with the sessions that made them. */
    private static final Pattern TEMPORARY = Pattern.compile("owns [a-z ]+ pg_temp_\\d+\\..*", Pattern.DOTALL);

    private record Bound(String database, boolean reachable) {}

    /** Looks them up, from the maintenance database and in every database that pg_shdepend names. */
    static UserDependents of(Access access, Instance instance, Session session, Role role) {
        List<String> inTheWay = new ArrayList<>(shared(session, role.name()));
        List<Readership> readable = new ArrayList<>();
        for (Bound bound : bound(session, role.name())) {
            String at = "in database \"%s\": ".formatted(bound.database());
            if (!bound.reachable()) {
                unnamed(session, role.name(), bound.database()).forEach(line -> inTheWay.add(at + line));
                continue;
            }
            String doing =
                    "looking for what binds user \"%s\" to database \"%s\"".formatted(role.name(), bound.database());
            ReadOnlyGrants grants = access.asMaster(
                    instance, bound.database(), doing, inside -> ReadOnlyGrants.of(inside, role.name()));
            grants.others().stream()
                    .filter(line -> !TEMPORARY.matcher(line).matches())
                    .forEach(line -> inTheWay.add(at + line));
            Optional<Readership> place = readable(session, bound.database(), role);
            if (place.isEmpty()) {
                grants.ours().forEach(grant -> inTheWay.add(at + grant.what()));
            }
            place.filter(found -> !grants.ours().isEmpty()).ifPresent(readable::add);
        }
        return new UserDependents(List.copyOf(inTheWay), List.copyOf(readable));
    }

    /**
     * Refuses a user that something depends on.
     *
     * @throws DependentObjects listing it
     */
    void refuse(String user) {
        if (inTheWay.isEmpty()) {
            return;
        }
        String more = inTheWay.size() > MOST_LISTED ? "; and %d more".formatted(inTheWay.size() - MOST_LISTED) : "";
        throw new DependentObjects("user \"%s\": cannot be dropped: %s%s"
                .formatted(
                        user,
                        String.join("; ", inTheWay.stream().limit(MOST_LISTED).toList()),
                        more));
    }

    /** What we can take back ourselves: in a finished database of the same project. */
    private static Optional<Readership> readable(Session session, String name, Role role) {
        return Database.find(session, name)
                .filter(database -> !database.masterIsOwner()
                        && database.mark().isPresent()
                        && database.mark().equals(role.mark())
                        && Mark.parse(database.ownerComment()).equals(role.mark()))
                .map(database -> new Readership(
                        role.mark().map(Mark::project).orElseThrow(), database.name(), database.owner()));
    }

    private static List<Bound> bound(Session session, String user) {
        return session.query("""
                SELECT d.datname,
                       d.datallowconn AND d.datconnlimit NOT IN (0, -2) AND has_database_privilege(d.oid, 'CONNECT')
                  FROM pg_database d
                 WHERE EXISTS (
                         SELECT FROM pg_shdepend s
                          WHERE s.refclassid = 'pg_authid'::regclass
                            AND s.refobjid = (SELECT oid FROM pg_roles WHERE rolname = ?)
                            AND (s.dbid = d.oid
                                 OR s.dbid = 0 AND s.classid = 'pg_database'::regclass AND s.objid = d.oid))
                 ORDER BY d.datname
                """, row -> new Bound(row.getString(1), row.getBoolean(2)), user);
    }

    /** What belongs to no database, and prepared transactions, which hold on to the role. */
    private static List<String> shared(Session session, String user) {
        return session.query("""
                SELECT 'on the instance: ' || CASE s.deptype WHEN 'o' THEN 'owns ' ELSE 'has privileges on ' END
                         || pg_describe_object(s.classid, s.objid, s.objsubid) AS line
                  FROM pg_shdepend s
                 WHERE s.refclassid = 'pg_authid'::regclass
                   AND s.refobjid = (SELECT oid FROM pg_roles WHERE rolname = ?)
                   AND s.dbid = 0
                   AND s.classid <> 'pg_database'::regclass
                UNION ALL
                SELECT format('in database %s: the prepared transaction %L', to_json(p.database::text), p.gid)
                  FROM pg_prepared_xacts p
                 WHERE p.owner = ?
                 ORDER BY line
                """, row -> row.getString(1), user, user);
    }

    /** The names are in that database's own catalogue. */
    private static List<String> unnamed(Session session, String user, String database) {
        return session.query("""
                SELECT format('%s %s entries of %s (their names are not known, since the master cannot connect)',
                              CASE s.deptype WHEN 'o' THEN 'owns' WHEN 'a' THEN 'has privileges on' ELSE 'is named by' END,
                              count(*),
                              s.classid::regclass)
                  FROM pg_shdepend s
                  JOIN pg_database d ON s.dbid = d.oid
                                     OR s.dbid = 0 AND s.classid = 'pg_database'::regclass AND s.objid = d.oid
                 WHERE s.refclassid = 'pg_authid'::regclass
                   AND s.refobjid = (SELECT oid FROM pg_roles WHERE rolname = ?)
                   AND d.datname = ?
                 GROUP BY s.deptype, s.classid
                 ORDER BY 1
                """, row -> row.getString(1), user, database);
    }
}
