package steward.local.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The configuration files of a server. Defaults are those of RDS where they matter to its clients; durability is off, since
 * the data does not outlive the server's JVM.
 *
 * @param settings those that the caller gave; they win
 * @see <a href="https://www.postgresql.org/docs/current/runtime-config.html">Server configuration</a>
 */
record Configuration(Map<String, String> settings) {
    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_.]*");

    private static final String CLIENTS = """
            # As rds.force_ssl = 1: there is no line for a connection without TLS.
            hostssl all all 127.0.0.1/32 scram-sha-256
            """;

    Configuration {
        settings.forEach(Configuration::check);
        settings = Map.copyOf(settings);
    }

    private static void check(String name, String value) {
        if (!NAME.matcher(name).matches() || value.lines().count() > 1)
            throw new IllegalArgumentException("not a server setting: " + name);
    }

    /** Writes all files, for this port. */
    void write(Path data, int port, Certificates certificates) throws IOException {
        write(data.resolve("postgresql.conf"), lines(port));
        write(data.resolve("pg_hba.conf"), CLIENTS);
        write(data.resolve("server.crt"), certificates.server());
        write(data.resolve("server.key"), certificates.serverKey());
    }

    private String lines(int port) {
        Map<String, String> all = new LinkedHashMap<>(Map.ofEntries(
                Map.entry("listen_addresses", "127.0.0.1"),
                Map.entry("unix_socket_directories", ""),
                Map.entry("ssl", "on"),
                Map.entry("ssl_cert_file", "server.crt"),
                Map.entry("ssl_key_file", "server.key"),
                Map.entry("password_encryption", "scram-sha-256"),
                Map.entry("max_connections", "200"),
                Map.entry("shared_buffers", "64MB"),
                Map.entry("max_wal_size", "256MB"),
                // In the data folder, and gone with it even when the server was killed.
                Map.entry("dynamic_shared_memory_type", "mmap"),
                Map.entry("fsync", "off"),
                Map.entry("full_page_writes", "off"),
                Map.entry("timezone", "UTC"),
                Map.entry("log_timezone", "UTC"),
                Map.entry("rds.extensions", String.join(",", Extensions.listed())),
                Map.entry("log_line_prefix", "%t:%r:%u@%d:[%p]:"),
                Map.entry("lc_messages", "C")));
        all.putAll(settings);
        all.put("port", String.valueOf(port));
        return all.entrySet().stream()
                .map(setting -> "%s = '%s'\n".formatted(setting.getKey(), quoted(setting.getValue())))
                .collect(Collectors.joining());
    }

    private static String quoted(String value) {
        return value.replace("\\", "\\\\").replace("'", "''");
    }

    /** Only the server's user may read them: one is a private key. */
    private static void write(Path file, String content) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, content);
        ServerUser.own(file);
    }
}
