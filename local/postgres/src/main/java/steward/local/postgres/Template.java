package steward.local.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The data of a new server, set up as RDS does and kept in the cache: a server then starts from a copy of it, which is ten
 * times faster than to make it anew.
 */
final class Template {
    private static final List<String> DATABASES = List.of("template0", "template1", "postgres");

    private Template() {}

    static Snapshot of(PostgresInstallation installation) {
        String setUp = Hash.of(
                installation,
                initdb(installation, Path.of(""), Path.of("")),
                Resources.text("roles.sql"),
                extensions(installation));
        return new Snapshot(Cached.folder(
                "data-%s-%s".formatted(installation.version(), setUp), folder -> make(installation, folder)));
    }

    private static void make(PostgresInstallation installation, Path folder) throws IOException {
        ServerUser.own(folder);
        Passwords passwords = Passwords.random();
        initialize(installation, folder, passwords);
        PostgresServer server = PostgresServer.in(folder, installation, new Configuration(Map.of()), passwords);
        try {
            setUp(server);
            server.stop();
        } catch (SQLException failure) {
            throw new ServerFailed("setting up Postgres " + installation.version(), failure);
        } finally {
            server.abort();
        }
        Files.delete(server.log());
        passwords.store(folder);
    }

    private static void initialize(PostgresInstallation installation, Path folder, Passwords passwords)
            throws IOException {
        Path file = folder.resolve("initial-password");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, passwords.superuser());
        ServerUser.own(file);
        Command.run(ServerUser.command(initdb(installation, folder.resolve("data"), file)));
        Files.delete(file);
    }

    private static List<String> initdb(PostgresInstallation installation, Path data, Path password) {
        return List.of(
                installation.program("initdb"),
                "--username=rdsadmin",
                "--auth=scram-sha-256",
                "--pwfile=" + password,
                "--encoding=UTF8",
                "--locale=" + locale(),
                // Sixteen times less to copy for every server.
                "--wal-segsize=1",
                "--no-sync",
                "--pgdata=" + data);
    }

    private static String locale() {
        Set<String> known = Command.run(List.of("locale", "-a"))
                .lines()
                .map(line -> line.toLowerCase(Locale.ROOT).replace("-", ""))
                .collect(Collectors.toSet());
        return known.contains("c.utf8") ? "C.UTF-8" : "C";
    }

    private static void setUp(PostgresServer server) throws SQLException {
        execute(server, "postgres", Resources.text("roles.sql"));
        execute(server, "postgres", "ALTER DATABASE template0 ALLOW_CONNECTIONS true");
        for (String database : DATABASES) {
            execute(server, database, extensions(server.installation()));
        }
        execute(server, "postgres", "ALTER DATABASE template0 ALLOW_CONNECTIONS false");
        // From 15 on the schema belongs to the database's owner, whoever that is.
        if (server.major() > 14) return;
        for (String database : List.of("template1", "postgres")) {
            execute(server, database, "ALTER SCHEMA public OWNER TO master");
        }
    }

    private static void execute(PostgresServer server, String database, String sql) throws SQLException {
        try (Connection connection = server.connectAsSuperuser(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String extensions(PostgresInstallation installation) {
        return Resources.text("extensions.sql")
                .replace(":listed", array(Extensions.listed()))
                .replace(":trusted", array(installation.extensions().trusted()));
    }

    private static String array(Set<String> names) {
        List<String> quoted = new ArrayList<>();
        names.forEach(name -> quoted.add("'" + name.replace("'", "''") + "'"));
        return quoted.stream().collect(Collectors.joining(", ", "ARRAY[", "]::text[]"));
    }
}
