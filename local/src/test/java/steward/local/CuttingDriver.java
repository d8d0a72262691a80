package steward.local;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.Locale;
import java.util.Properties;
import java.util.logging.Logger;
import steward.local.postgres.Majors;
import steward.local.postgres.PostgresServer;

/**
 * The real driver, but a function dies at a chosen statement: its connection is cut, and nothing it still tries to do
 * has any effect. Counts the statements that may change something, in the functions' own connections only.
 */
final class CuttingDriver implements Driver, AutoCloseable {
    /** Why a test that cuts is skipped where functions run in processes of their own. */
    static final String IN_THIS_JVM = "functions are cut off by the JDBC driver of this JVM";

    private final Driver real = new org.postgresql.Driver();
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
        for (Driver driver : Collections.list(DriverManager.getDrivers())) {
            DriverManager.deregisterDriver(driver);
        }
        CuttingDriver cutting = new CuttingDriver();
        DriverManager.registerDriver(cutting);
        endKeptSessions();
        return cutting;
    }

    /** A session of the master's that stayed from an earlier step is one of the real driver's, and would not be cut. */
    private static void endKeptSessions() throws SQLException {
        for (int major : Majors.underTest()) {
            PostgresServer server = TestInstallation.SHARED.server(TestInstallation.instance(major));
            try (Connection superuser = server.connectAsSuperuser("postgres");
                    PreparedStatement end = superuser.prepareStatement("""
                            SELECT pg_terminate_backend(pid)
                              FROM pg_stat_activity
                             WHERE application_name = 'steward' AND usename = ?
                            """)) {
                end.setString(1, server.masterUsername());
                end.execute();
            }
        }
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

    private synchronized void count(Connection connection, String sql) throws SQLException {
        boolean changes = !sql.strip().toUpperCase(Locale.ROOT).startsWith("SELECT");
        if (!dead && changes && statements++ == fatal) {
            dead = true;
            connection.abort(Runnable::run);
        }
        if (dead) {
            throw new FunctionKilled();
        }
    }

    @Override
    public Connection connect(String url, Properties properties) throws SQLException {
        Connection connection = real.connect(url, properties);
        boolean ours = "steward".equals(properties.getProperty("ApplicationName"));
        return connection == null || !ours ? connection : counted(connection);
    }

    private Connection counted(Connection connection) {
        return proxy(Connection.class, connection, (self, method, arguments) -> {
            Object result = method.invoke(connection, arguments);
            if (result instanceof PreparedStatement prepared) {
                String sql = (String) arguments[0];
                return proxy(PreparedStatement.class, prepared, counting(connection, prepared, sql));
            }
            return result instanceof Statement statement
                    ? proxy(Statement.class, statement, counting(connection, statement, ""))
                    : result;
        });
    }

    private InvocationHandler counting(Connection connection, Statement statement, String prepared) {
        return (self, method, arguments) -> {
            if (method.getName().startsWith("execute")) {
                count(connection, arguments == null ? prepared : (String) arguments[0]);
            }
            return method.invoke(statement, arguments);
        };
    }

    private static <T> T proxy(Class<T> type, T target, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(
                target.getClass().getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    try {
                        return handler.invoke(self, method, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    @Override
    public void close() throws SQLException {
        DriverManager.deregisterDriver(this);
        DriverManager.registerDriver(real);
    }

    @Override
    public boolean acceptsURL(String url) throws SQLException {
        return real.acceptsURL(url);
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties properties) throws SQLException {
        return real.getPropertyInfo(url, properties);
    }

    @Override
    public int getMajorVersion() {
        return real.getMajorVersion();
    }

    @Override
    public int getMinorVersion() {
        return real.getMinorVersion();
    }

    @Override
    public boolean jdbcCompliant() {
        return real.jdbcCompliant();
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getLogger("org.postgresql");
    }
}
