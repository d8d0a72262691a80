package steward.task;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import steward.secret.Credentials;

/** A folder of the job's own, for nobody else to read, gone when the job is over. */
record Scratch(Path folder) implements AutoCloseable {
    static Scratch in(Path parent) {
        try {
            return new Scratch(Files.createTempDirectory(
                    parent,
                    "steward-tmp-",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
        } catch (IOException e) {
            throw new UncheckedIOException("making a folder in " + parent, e);
        }
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** The path of a folder that is not there yet: each time another one. */
    Path newFolder(String name) {
        try {
            return Files.createTempDirectory(folder, name).resolve(name);
        } catch (IOException e) {
            throw new UncheckedIOException("making a folder in " + folder, e);
        }
    }

    /** A password file for libpq: a password on the command line or in the environment could be seen by others. */
    Path passwordFile(String name, Credentials credentials) {
        String password = credentials.password().replace("\\", "\\\\").replace(":", "\\:");
        Path file = file(name);
        try {
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, "*:*:*:*:" + password + "\n");
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("writing a password file", e);
        }
    }

    Path write(String name, List<String> lines) {
        Path file = file(name);
        try {
            Files.write(file, lines, StandardCharsets.UTF_8);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("writing " + name, e);
        }
    }

    /** Bytes of all files below a folder; of one that grows, about. */
    static long size(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(Path::toFile)
                    .filter(File::isFile)
                    .mapToLong(File::length)
                    .sum();
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException("removing " + folder, e);
        }
    }
}
