package steward.task;

import java.nio.file.Path;
import steward.Instance;
import steward.postgres.StartupOptions;

/**
 * How the client tools reach a database, as one connection string.
 *
 * @param passwordFile where the password is; never in the string itself, which others can see
 */
record Server(Instance instance, String user, Path passwordFile, Path rootCertificates) {
    /** A connection string; it works whatever characters the names have. */
    String connection(String database, String moreOptions) {
        StringBuilder text = new StringBuilder();
        add(text, "host", instance.host());
        add(text, "port", Integer.toString(instance.port()));
        add(text, "dbname", database);
        add(text, "user", user);
        add(text, "passfile", passwordFile.toString());
        add(text, "sslmode", "verify-full");
        add(text, "sslrootcert", rootCertificates.toString());
        add(text, "gssencmode", "disable");
        add(text, "application_name", "steward");
        add(text, "connect_timeout", "10");
        // A server that has fallen silent is noticed after a minute and a half.
        add(text, "keepalives_idle", "30");
        add(text, "keepalives_interval", "10");
        add(text, "keepalives_count", "6");
        add(text, "tcp_user_timeout", "90000");
        add(text, "options", StartupOptions.ofPrograms(instance.major()) + moreOptions);
        return text.toString();
    }

    private static void add(StringBuilder text, String key, String value) {
        text.append(key)
                .append("='")
                .append(value.replace("\\", "\\\\").replace("'", "\\'"))
                .append("' ");
    }
}
