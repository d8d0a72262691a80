package steward.local;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;

/**
 * The real driver, but a function dies at a chosen statement: its connection is cut, and nothing it still tries to do
 * has any effect. Counts the statements that may change something, in the functions' own connections only.
 */
final class CuttingDriver extends WatchingDriver {
    private int statements;
    private int fatal = Integer.MAX_VALUE;
    private boolean dead;

    /** The function is gone: no code of ours catches an Error of this name. */
    static final class FunctionKilled extends Error {
        FunctionKilled() {
            super("the function was killed");
        }
    }

    private CuttingDriver() {}

    /** Takes the place of the real driver until closed. */
    static CuttingDriver install() throws SQLException {
        CuttingDriver cutting = new CuttingDriver();
        cutting.takePlace();
        return cutting;
    }

    /** Lets functions live, and counts anew. */
    synchronized void live() {
        dieBefore(Integer.MAX_VALUE);
    }

    /** Lets the next function die before its n-th statement, the first being 0. */
    synchronized void dieBefore(int statement) {
        statements = 0;
        fatal = statement;
        dead = false;
    }

    synchronized int statements() {
        return statements;
    }

    @Override
    synchronized boolean admit(Connection connection, String sql) throws SQLException {
        boolean changes = !sql.strip().toUpperCase(Locale.ROOT).startsWith("SELECT");
        if (!dead && changes && statements++ == fatal) {
            dead = true;
            connection.abort(Runnable::run);
        }
        if (dead) {
            throw new FunctionKilled();
        }
        return true;
    }
}
