package steward.local;

import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;

import java.sql.Connection;
import java.sql.SQLException;
import steward.local.postgres.PostgresServer;

/** A database of a plain user with the extensions of the fixture. The first database's name is the user's. */
record OwnedDatabase(PostgresServer server, String user, String password, String name) {
    static OwnedDatabase create(PostgresServer server, String encoding) throws SQLException {
        String user = random("owner");
        String password = random("password");
        try (Connection master = server.connectAsMaster("postgres")) {
            execute(
                    master,
                    "CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(user, password),
                    "GRANT %s TO CURRENT_USER".formatted(user));
        }
        return new OwnedDatabase(server, user, password, user).made(encoding);
    }

    /** Another, empty one of the same user. */
    OwnedDatabase another(String encoding) throws SQLException {
        return new OwnedDatabase(server, user, password, random("copy")).made(encoding);
    }

    private OwnedDatabase made(String encoding) throws SQLException {
        try (Connection master = server.connectAsMaster("postgres")) {
            execute(
                    master,
                    "CREATE DATABASE %s OWNER %s TEMPLATE template0 ENCODING '%s' LC_COLLATE 'C' LC_CTYPE 'C'"
                            .formatted(name, user, encoding),
                    "GRANT CONNECT, CREATE ON DATABASE %s TO CURRENT_USER".formatted(name));
        }
        try (Connection master = server.connectAsMaster(name)) {
            for (String extension : Fixture.EXTENSIONS) {
                execute(master, "CREATE EXTENSION " + extension);
            }
        }
        return this;
    }

    Connection connect() throws SQLException {
        return server.connectAs(user, password, name);
    }

    /** Its user's other databases are left. */
    void drop() throws SQLException {
        try (Connection master = server.connectAsMaster("postgres")) {
            execute(master, "DROP DATABASE " + name);
        }
    }
}
