package steward.postgres;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The settings that every session of ours brings along in its start-up packet. A tenant's {@code ALTER DATABASE ... SET}
 * and {@code ALTER ROLE ... SET} apply to our sessions too, but what the start-up packet says wins
 * (<a href="https://www.postgresql.org/docs/current/config-setting.html">Setting Parameters</a>).
 */
public final class StartupOptions {
    private StartupOptions() {}

    /** For the client tools, which take what they need: no time limits; for locks they have an option of their own. */
    public static String ofPrograms(int major) {
        return of(major, new Timeouts(Duration.ZERO, Duration.ZERO, Duration.ZERO), SearchPath.OURS);
    }

    /** The value of the driver's {@code options} property. */
    static String of(int major, Timeouts timeouts, SearchPath searchPath) {
        Map<String, String> settings = new LinkedHashMap<>();
        if (searchPath == SearchPath.OURS) {
            settings.put("search_path", SearchPath.CATALOG);
        }
        settings.put("role", "none");
        // A library that does not exist would lock everybody out.
        settings.put("local_preload_libraries", "");
        settings.put("default_transaction_read_only", "off");
        settings.put("default_transaction_isolation", "read committed");
        settings.put("default_transaction_deferrable", "off");
        settings.put("statement_timeout", milliseconds(timeouts.statement()));
        settings.put("lock_timeout", milliseconds(timeouts.lock()));
        settings.put("idle_in_transaction_session_timeout", milliseconds(timeouts.statement()));
        // Failed grants and revokes are mere warnings, which we turn into errors: they have to reach us.
        settings.put("client_min_messages", "notice");
        settings.put("exit_on_error", "off");
        settings.put("synchronous_commit", "on");
        settings.put("standard_conforming_strings", "on");
        settings.put("client_encoding", "UTF8");
        settings.put("array_nulls", "on");
        settings.put("default_tablespace", "");
        settings.put("temp_tablespaces", "");
        settings.put("default_table_access_method", "heap");
        settings.put("password_encryption", "scram-sha-256");
        settings.put("row_security", "on");
        settings.put("transform_null_equals", "off");
        settings.put("quote_all_identifiers", "off");
        settings.put("tcp_user_timeout", "0");
        settings.put("tcp_keepalives_idle", "60");
        settings.put("tcp_keepalives_interval", "10");
        settings.put("tcp_keepalives_count", "6");
        if (major >= 14) {
            // The server notices within half a second that a killed function is gone, and ends its statement.
            settings.put("client_connection_check_interval", "500");
            settings.put("idle_session_timeout", "0");
        }
        if (major >= 16) {
            settings.put("createrole_self_grant", "");
        }
        if (major >= 17) {
            settings.put("transaction_timeout", "0");
        }
        return settings.entrySet().stream()
                .map(setting -> option(setting.getKey(), setting.getValue()))
                .collect(Collectors.joining(" "));
    }

    /** One more, to be appended after a blank: of two for one setting, the last wins. */
    public static String option(String setting, String value) {
        return "-c " + setting + "=" + escape(value);
    }

    private static String milliseconds(Duration duration) {
        return Long.toString(duration.toMillis());
    }

    /** The server splits options at blanks unless a backslash stands before them. */
    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace(" ", "\\ ");
    }
}
