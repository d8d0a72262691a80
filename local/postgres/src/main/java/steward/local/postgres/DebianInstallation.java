package steward.local.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Postgres as Debian and Ubuntu package it. The files belong to the system and stay as they are: control files are changed in
 * a copy. Postgres finds its other files relative to the real path of its program, so the programs are copied, and most of
 * what lies beside them is linked.
 *
 * @param major for instance 15
 */
record DebianInstallation(int major) {
    private static final Path ROOT = Path.of("/usr");
    private static final List<String> PROGRAMS = List.of("postgres", "initdb");

    /** The newest supported one that has PostGIS, its tiger geocoder and topology. */
    static Optional<PostgresInstallation> withPostgis() {
        return Majors.supported().stream()
                .sorted(Comparator.reverseOrder())
                .map(DebianInstallation::new)
                .filter(DebianInstallation::complete)
                .findFirst()
                .map(DebianInstallation::copy);
    }

    private boolean complete() {
        Stream<String> extensions = Stream.of("postgis", "postgis_tiger_geocoder", "postgis_topology", "fuzzystrmatch");
        return Files.isExecutable(ROOT.resolve(programs()).resolve("initdb"))
                && extensions.allMatch(
                        name -> Files.exists(ROOT.resolve(share()).resolve("extension/" + name + ".control")));
    }

    private PostgresInstallation copy() {
        Path folder = Cached.folder("debian-%d-%s".formatted(major, hash()), this::fill);
        return PostgresInstallation.at(folder.resolve(programs()), folder.resolve(share()));
    }

    /** Another one after every change of the packages. */
    private String hash() {
        Path control = ROOT.resolve(share()).resolve("extension/postgis.control");
        try {
            return Hash.of(
                    Command.run(
                            List.of(ROOT.resolve(programs()).resolve("postgres").toString(), "--version")),
                    Files.readString(control),
                    Files.getLastModifiedTime(control),
                    Files.getLastModifiedTime(ROOT.resolve(programs()).resolve("postgres")),
                    Files.getLastModifiedTime(ROOT.resolve(share()).resolve("extension")),
                    Extensions.changes());
        } catch (IOException failure) {
            throw new ServerFailed("looking at the Debian packages of Postgres " + major, failure);
        }
    }

    private void fill(Path folder) throws IOException {
        Path programs = Folders.make(folder.resolve(programs()));
        for (String program : PROGRAMS) {
            Path copy = programs.resolve(program);
            Files.copy(ROOT.resolve(programs()).resolve(program), copy);
            Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Path lib = Path.of("lib/postgresql/" + major, "lib");
        Files.createSymbolicLink(folder.resolve(lib), ROOT.resolve(lib));
        Path share = Folders.make(folder.resolve(share()));
        link(ROOT.resolve(share()), share, "extension");
        Path extension = Folders.make(share.resolve("extension"));
        link(ROOT.resolve(share()).resolve("extension"), extension, ".control");
        new Extensions(extension).markListed();
    }

    /** Links all that is in a folder, but copies the files with this ending and leaves out a folder of this name. */
    private static void link(Path from, Path to, String exception) throws IOException {
        try (Stream<Path> entries = Files.list(from)) {
            for (Path entry : entries.toList()) {
                Path target = to.resolve(entry.getFileName());
                if (!entry.toString().endsWith(exception)) {
                    Files.createSymbolicLink(target, entry);
                } else if (!Files.isDirectory(entry)) {
                    Files.copy(entry, target);
                    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r--r--"));
                }
            }
        }
    }

    private String programs() {
        return "lib/postgresql/%d/bin".formatted(major);
    }

    private String share() {
        return "share/postgresql/" + major;
    }
}
