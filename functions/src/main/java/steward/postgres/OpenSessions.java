package steward.postgres;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import steward.error.ObjectBusy;

/** Other sessions of the server, which the master may end if they are no superuser's. */
public final class OpenSessions {
    /** A session that does not end within ten seconds is left to a retry. */
    private static final int MOST_LOOKS = 200;

    private OpenSessions() {}

    /**
     * Ends sessions and waits until they have ended: before 14 pg_terminate_backend cannot wait.
     *
     * @param whose for the message
     * @param which a condition on {@code pg_stat_activity}; never a text of a tenant's
     * @param values what stands for its question marks
     * @return how many there were
     * @throws ObjectBusy if one does not end
     */
    public static int end(Session session, String whose, String which, Object... values) {
        Set<Integer> ended = new HashSet<>();
        for (int look = 0; look < MOST_LOOKS; look++) {
            List<Integer> found = session.query(
                    "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity WHERE " + which,
                    row -> row.getInt(1),
                    values);
            if (found.isEmpty()) {
                return ended.size();
            }
            ended.addAll(found);
            session.query("SELECT pg_sleep(0.05)", row -> true);
        }
        throw new ObjectBusy(whose + ": a session does not end");
    }
}
