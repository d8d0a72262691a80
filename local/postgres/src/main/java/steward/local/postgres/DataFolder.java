package steward.local.postgres;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.IntStream;

/** A server's data folder. */
record DataFolder(Path path) {
    /**
     * What a copy of a running server must not or need not hold.
     *
     * @see <a href="https://www.postgresql.org/docs/current/continuous-archiving.html">Making a base backup</a>
     */
    private static final Set<String> LEFT_OUT = Set.of("postmaster.pid", "postmaster.opts", "pg_internal.init");

    private static final Set<String> EMPTIED = Set.of(
            "pg_dynshmem",
            "pg_notify",
            "pg_replslot",
            "pg_serial",
            "pg_snapshots",
            "pg_stat_tmp",
            "pg_subtrans",
            "pgsql_tmp");

    /** Copies all files of a server that may be running. Files that vanish meanwhile are no loss: its WAL makes up for them. */
    void copyTo(Path target) throws IOException {
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                if (inEmptied(folder)) return FileVisitResult.SKIP_SUBTREE;
                Path copy = target.resolve(path.relativize(folder));
                if (!Files.exists(copy)) Files.createDirectory(copy);
                Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwx------"));
                ServerUser.own(copy);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (wanted(file)) copyFile(file, target.resolve(path.relativize(file)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) return FileVisitResult.CONTINUE;
                throw failure;
            }
        });
    }

    private boolean wanted(Path file) {
        return !inEmptied(file) && !LEFT_OUT.contains(file.getFileName().toString());
    }

    /** Whether one of the folders above it is left empty in the copy. */
    private boolean inEmptied(Path entry) {
        Path relative = path.relativize(entry);
        return IntStream.range(0, relative.getNameCount() - 1)
                .anyMatch(index -> EMPTIED.contains(relative.getName(index).toString()));
    }

    private static void copyFile(Path file, Path copy) throws IOException {
        try {
            Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException vanished) {
            return;
        }
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
        ServerUser.own(copy);
    }
}
