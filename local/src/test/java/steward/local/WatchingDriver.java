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
import java.util.Properties;
import java.util.logging.Logger;
import steward.local.postgres.Majors;
import steward.local.postgres.PostgresServer;

/** The real driver, which shows each statement of the functions' own connections to a test before the server has it. */
abstract class WatchingDriver implements Driver, AutoCloseable {
    /** Why a test that watches is skipped where functions run in processes of their own. */
    static final String IN_THIS_JVM = "functions are watched by the JDBC driver of this JVM";

    private final Driver real = new org.postgresql.Driver();

    /** Takes the place of the real driver until closed. */
    final void takePlace() throws SQLException {
        for (Driver driver : Collections.list(DriverManager.getDrivers())) {
            DriverManager.deregisterDriver(driver);
        }
        DriverManager.registerDriver(this);
        endKeptSessions();
    }

    /** A session of the master's that stayed from an earlier step is one of the real driver's, and not watched. */
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

    /**
     * Looks at a statement.
     *
     * @return whether the server is to have it
     */
    abstract boolean admit(Connection connection, String sql) throws SQLException;

    @Override
    public final Connection connect(String url, Properties properties) throws SQLException {
        Connection connection = real.connect(url, properties);
        boolean ours = "steward".equals(properties.getProperty("ApplicationName"));
        return connection == null || !ours ? connection : watched(connection);
    }

    private Connection watched(Connection connection) {
        return proxy(Connection.class, connection, (self, method, arguments) -> {
            Object result = method.invoke(connection, arguments);
            if (result instanceof PreparedStatement prepared) {
                String sql = (String) arguments[0];
                return proxy(PreparedStatement.class, prepared, watching(connection, prepared, sql));
            }
            return result instanceof Statement statement
                    ? proxy(Statement.class, statement, watching(connection, statement, ""))
                    : result;
        });
    }

    private InvocationHandler watching(Connection connection, Statement statement, String prepared) {
        return (self, method, arguments) -> {
            boolean executes = method.getName().startsWith("execute");
            String sql = executes && arguments != null ? (String) arguments[0] : prepared;
            return executes && !admit(connection, sql) ? (Object) false : method.invoke(statement, arguments);
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
    public final void close() throws SQLException {
        DriverManager.deregisterDriver(this);
        DriverManager.registerDriver(real);
    }

    @Override
    public final boolean acceptsURL(String url) throws SQLException {
        return real.acceptsURL(url);
    }

    @Override
    public final DriverPropertyInfo[] getPropertyInfo(String url, Properties properties) throws SQLException {
        return real.getPropertyInfo(url, properties);
    }

    @Override
    public final int getMajorVersion() {
        return real.getMajorVersion();
    }

    @Override
    public final int getMinorVersion() {
        return real.getMinorVersion();
    }

    @Override
    public final boolean jdbcCompliant() {
        return real.jdbcCompliant();
    }

    @Override
    public final Logger getParentLogger() {
        return Logger.getLogger("org.postgresql");
    }
}
