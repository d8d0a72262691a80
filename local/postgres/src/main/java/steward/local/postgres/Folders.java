package steward.local.postgres;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** Where unpacked servers and running ones live. */
final class Folders {
    private static final long ROOM_FOR_SERVERS = 2L << 30;
    private static final Set<PosixFilePermission> READABLE = PosixFilePermissions.fromString("rwxr-xr-x");

    private Folders() {}

    /**
     * What is kept between runs: the system property {@code steward.postgres.cache}, or the user's cache folder. Not
     * below /tmp, where old files vanish one by one. For root it is /var/cache, since no other user can enter /root.
     */
    static Path cache() {
        return configured("steward.postgres.cache")
                .map(Folders::ours)
                .orElseGet(() -> ours(cacheOfUser().resolve("steward-postgres")));
    }

    private static Path cacheOfUser() {
        if (ServerUser.root()) return Path.of("/var/cache");
        return Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .filter(value -> value.startsWith("/"))
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"));
    }

    /**
     * What lives as long as its server: the system property {@code steward.postgres.data} or the environment's
     * STEWARD_POSTGRES_DATA; else memory (/dev/shm) when 2 GiB are free there, else java.io.tmpdir.
     */
    static Path data() {
        Path parent = configured("steward.postgres.data")
                .or(() -> Optional.ofNullable(System.getenv("STEWARD_POSTGRES_DATA"))
                        .map(Path::of))
                .or(Folders::memory)
                .orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir")));
        return ours(parent.resolve("steward-postgres-" + ServerUser.uid()));
    }

    private static Optional<Path> memory() {
        Path memory = Path.of("/dev/shm");
        boolean room = Files.isWritable(memory) && memory.toFile().getUsableSpace() >= ROOM_FOR_SERVERS;
        return room ? Optional.of(memory) : Optional.empty();
    }

    private static Optional<Path> configured(String property) {
        return Optional.ofNullable(System.getProperty(property)).map(Path::of).map(Path::toAbsolutePath);
    }

    /** Makes the folder, and refuses one in which another user could plant files for us to run. */
    private static Path ours(Path folder) {
        try {
            make(folder);
            boolean link = Files.isSymbolicLink(folder);
            int owner = (int) Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            int mode = (int) Files.getAttribute(folder, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            if (link || owner != ServerUser.uid() || (mode & 0022) != 0)
                throw new ServerFailed("the folder %s must be ours and writable for nobody else".formatted(folder));
            return folder;
        } catch (IOException failure) {
            throw new ServerFailed("making the folder " + folder, failure);
        }
    }

    /** Makes a folder and those above it, for everybody to read whatever our umask is. */
    static Path make(Path folder) throws IOException {
        if (Files.isDirectory(folder)) return folder;
        if (folder.getParent() != null) make(folder.getParent());
        try {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(READABLE));
        } catch (FileAlreadyExistsException madeByAnotherJvm) {
            return folder;
        }
        return Files.setPosixFilePermissions(folder, READABLE);
    }

    /** Deletes a folder with all that is in it; what vanishes meanwhile is fine. Never follows a link. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) return;
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) return FileVisitResult.CONTINUE;
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(
                    Path visited, @org.jspecify.annotations.Nullable IOException failure) throws IOException {
                if (failure != null && !(failure instanceof NoSuchFileException)) throw failure;
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
