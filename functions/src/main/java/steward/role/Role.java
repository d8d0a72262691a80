package steward.role;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import steward.Mark;
import steward.Names;
import steward.error.NotOurs;
import steward.error.ObjectBusy;
import steward.error.ObjectMissing;
import steward.postgres.Session;

/**
 * A role as pg_roles has it.
 *
 * @param comment the role's comment, where Steward's mark is
 * @param privileged whether it may do more than log in: an attribute, or membership in any role
 */
public record Role(String name, @Nullable String comment, boolean canLogin, boolean privileged) {
    /** Looks a role up. */
    public static Optional<Role> find(Session session, String name) {
        return session.first("""
                SELECT r.rolname,
                       shobj_description(r.oid, 'pg_authid') AS comment,
                       r.rolcanlogin,
                       r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls
                         OR r.rolname = current_user
                         OR EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid) AS privileged
                  FROM pg_roles r
                 WHERE r.rolname = ?
                """, Role::read, name);
    }

    /**
     * Looks up the role of some project's user, whoever's it is.
     *
     * @throws ObjectMissing if there is none
     * @throws NotOurs if it lacks our mark
     */
    public static Role findOurs(Session session, String name) {
        Names.requireExisting("user", name);
        Role role =
                find(session, name).orElseThrow(() -> new ObjectMissing("role \"%s\": does not exist".formatted(name)));
        role.project();
        return role;
    }

    private static Role read(ResultSet row) throws SQLException {
        return new Role(row.getString(1), row.getString(2), row.getBoolean(3), row.getBoolean(4));
    }

    /** The mark in the role's comment. */
    public Optional<Mark> mark() {
        return Mark.parse(comment);
    }

    /**
     * The project whose user this is.
     *
     * @throws NotOurs without our mark
     */
    public String project() {
        return mark().orElseThrow(() -> new NotOurs("role \"%s\": exists without Steward's mark".formatted(name)))
                .project();
    }

    /**
     * Refuses a role that is not the project's.
     *
     * @param adopt whether a role without a mark will do, as long as it can do nothing but log in
     * @throws NotOurs saying whose it is
     * @throws ObjectBusy if an interrupted drop waits to be finished
     */
    public void requireOurs(String project, boolean adopt) {
        if (mark().isPresent()) {
            requireMark(mark().get(), project);
            requireComplete();
            return;
        }
        if (!adopt) {
            throw new NotOurs("role \"%s\": exists without Steward's mark".formatted(name));
        }
        if (privileged) {
            throw new NotOurs("role \"%s\": cannot be adopted, because it can do more than log in".formatted(name));
        }
    }

    private void requireMark(Mark mark, String project) {
        if (!mark.project().equals(project)) {
            throw new NotOurs(
                    "role \"%s\": belongs to project \"%s\", not \"%s\"".formatted(name, mark.project(), project));
        }
    }

    private void requireComplete() {
        if (Mark.beforeDropping(comment).isPresent()) {
            throw new ObjectBusy("role \"%s\": a drop of it was interrupted; drop-user finishes it".formatted(name));
        }
    }
}
