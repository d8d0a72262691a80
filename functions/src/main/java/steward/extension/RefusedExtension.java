package steward.extension;

import java.sql.SQLException;
import java.util.regex.Pattern;
import steward.error.NotPermitted;
import steward.error.ObjectMissing;
import steward.postgres.UnexpectedSqlError;

/**
 * What an extension's script or library says when it cannot be used on the instance as it is. Most raise no SQLSTATE of
 * their own for that, and each says it in its own words: pgaudit that it "must be loaded via shared_preload_libraries"
 * (55000), pg_cron that a parameter of its library is unknown (42704) or that it works in one database only (P0001),
 * others as an internal error (XX000).
 */
final class RefusedExtension {
    /** Settings of a library are unknown until it is loaded. */
    private static final Pattern NOT_LOADED = Pattern.compile("preload|unrecognized configuration parameter");

    private RefusedExtension() {}

    /**
     * Runs a CREATE EXTENSION.
     *
     * @throws NotPermitted naming the extension when it refuses to be used here
     */
    static void naming(String extension, Runnable create) {
        try {
            create.run();
        } catch (UnexpectedSqlError e) {
            throw e.hasState("55000", "P0001", "XX000") ? refusal(extension, e) : e;
        } catch (ObjectMissing e) {
            boolean undefined = e.getCause() instanceof SQLException sql && "42704".equals(sql.getSQLState());
            throw undefined ? refusal(extension, e) : e;
        }
    }

    private static NotPermitted refusal(String extension, RuntimeException failure) {
        String message = String.valueOf(failure.getMessage());
        String advice = NOT_LOADED.matcher(message).find()
                ? "; its library has to be named in shared_preload_libraries in the instance's parameter group, which takes a reboot"
                : "";
        return new NotPermitted(
                "extension \"%s\": the server refuses it: %s%s".formatted(extension, message, advice), failure);
    }
}
