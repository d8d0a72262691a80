package steward.local.postgres;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The programs of one Postgres version, prepared as RDS prepares them.
 *
 * @param version as RDS reports it, for instance {@code 17.11}
 * @param programs the folder of {@code postgres} and {@code initdb}
 * @param share the folder of extensions, time zones and so on
 */
public record PostgresInstallation(String version, Path programs, Path share) {
    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+(\\.\\d+)*)");
    private static final Map<Integer, PostgresInstallation> UNPACKED = new ConcurrentHashMap<>();

    /**
     * The installation that belongs to the build.
     *
     * @param major one of {@link Majors#supported()}
     * @throws ServerFailed when its archive is missing or cannot be unpacked
     */
    public static PostgresInstallation of(int major) {
        return UNPACKED.computeIfAbsent(major, PostgresInstallation::unpack);
    }

    private static PostgresInstallation unpack(int major) {
        BinariesArchive archive = BinariesArchive.of(major);
        String name = "binaries-%d-%s".formatted(major, Hash.of(archive.hash(), Extensions.changes()));
        Path folder = Cached.folder(name, partial -> {
            archive.unpack(partial);
            new Extensions(partial.resolve("share/postgresql/extension")).markListed();
        });
        return at(folder.resolve("bin"), folder.resolve("share/postgresql"));
    }

    /** The installation in these folders, asked for its version. */
    static PostgresInstallation at(Path programs, Path share) {
        String answer = Command.run(List.of(programs.resolve("postgres").toString(), "--version"));
        Matcher version = VERSION.matcher(answer);
        if (!version.find()) throw new ServerFailed("no version in the answer of postgres: " + answer);
        return new PostgresInstallation(version.group(1), programs, share);
    }

    /** Postgres of a Debian package together with PostGIS of one, newest major first, when this machine has them. */
    public static Optional<PostgresInstallation> debianWithPostgis() {
        return DebianInstallation.withPostgis();
    }

    /** For instance 17. */
    public int major() {
        return Integer.parseInt(version.split("\\.", 2)[0]);
    }

    /** Whether an extension of that name is installed; it may still be one that RDS does not allow. */
    public boolean hasExtension(String name) {
        return extensions().installed().contains(name);
    }

    Extensions extensions() {
        return new Extensions(share.resolve("extension"));
    }

    String program(String name) {
        return programs.resolve(name).toString();
    }
}
