package steward.local.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A copy of a running server's data, as consistent as after a crash at its end.
 *
 * @param session of the superuser, open during all of it
 * @see <a href="https://www.postgresql.org/docs/current/continuous-archiving.html">Making a base backup</a>
 */
record Backup(Connection session, int major) {
    /** Keeps the WAL that is written while we copy; the server drops it with the session. */
    private static final String KEEP_WAL =
            "SELECT pg_create_physical_replication_slot('steward_' || pg_backend_pid(), true, true)";

    void copy(DataFolder data, Path target) throws SQLException, IOException {
        query(KEEP_WAL);
        query(
                major < 15
                        ? "SELECT pg_start_backup('steward', true, false)"
                        : "SELECT pg_backup_start('steward', true)");
        data.copyTo(target);
        String label = query(
                major < 15
                        ? "SELECT labelfile FROM pg_stop_backup(false, false)"
                        : "SELECT labelfile FROM pg_backup_stop(false)");
        // The segments that were written meanwhile, up to the record that says where the copy became consistent.
        new DataFolder(data.path().resolve("pg_wal")).copyTo(target.resolve("pg_wal"));
        Path file = Files.writeString(target.resolve("backup_label"), label);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        ServerUser.own(file);
    }

    private String query(String sql) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }
}
