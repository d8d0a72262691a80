package steward.local.postgres;

import java.sql.Connection;
import java.sql.SQLException;

/** A plain user with a database of its own. The database's name is the user's. */
record Tenant(PostgresServer server, String name, String password) {
    static Tenant create(PostgresServer server) throws SQLException {
        Tenant tenant = new Tenant(server, Sql.name("tenant"), "password of a tenant");
        try (Connection master = server.connectAsMaster("postgres")) {
            Sql.execute(
                    master,
                    "CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(tenant.name, tenant.password),
                    "GRANT %s TO CURRENT_USER".formatted(tenant.name),
                    "CREATE DATABASE %1$s TEMPLATE template0 OWNER %1$s".formatted(tenant.name),
                    "GRANT CONNECT, CREATE ON DATABASE %s TO master".formatted(tenant.name));
        }
        return tenant;
    }

    Connection connect() throws SQLException {
        return server.connectAs(name, password, name);
    }

    Connection connectAsMaster() throws SQLException {
        return server.connectAsMaster(name);
    }
}
