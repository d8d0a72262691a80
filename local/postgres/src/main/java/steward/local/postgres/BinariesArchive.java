package steward.local.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Properties;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** The jar that holds the server of one major: io.zonky.test.postgres, which the build copies to a folder of its own. */
record BinariesArchive(Path jar) {
    private static final String FOLDER = "steward.postgres.binaries";

    /**
     * The archive of a major in the folder that the build filled and recorded, or in the one that the system property
     * {@code steward.postgres.binaries} names.
     *
     * @throws ServerFailed when it is not there
     */
    static BinariesArchive of(int major) {
        Path jar = Path.of(Optional.ofNullable(System.getProperty(FOLDER)).orElseGet(BinariesArchive::recordedFolder))
                .resolve(major + ".jar");
        if (Files.isReadable(jar)) return new BinariesArchive(jar);
        throw new ServerFailed(
                "%s is missing: run 'mvn process-resources -pl local/postgres' or set -D%s".formatted(jar, FOLDER));
    }

    private static String recordedFolder() {
        Properties properties = new Properties();
        try (InputStream resource = Resources.open("binaries.properties")) {
            properties.load(resource);
        } catch (IOException failure) {
            throw new ServerFailed("reading binaries.properties", failure);
        }
        return properties.getProperty("folder");
    }

    /** SHA-256 in hexadecimal digits. */
    String hash() {
        try (InputStream file = Files.newInputStream(jar);
                DigestInputStream digest = new DigestInputStream(file, MessageDigest.getInstance("SHA-256"))) {
            digest.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.getMessageDigest().digest());
        } catch (IOException | NoSuchAlgorithmException failure) {
            throw new ServerFailed("reading " + jar, failure);
        }
    }

    /** Unpacks all of it, with modes and symbolic links. */
    void unpack(Path folder) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile());
                TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(
                        new BufferedInputStream(zip.getInputStream(archive(zip)), 1 << 16)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(tar, entry, folder);
            }
        }
    }

    private ZipEntry archive(ZipFile zip) throws IOException {
        return zip.stream()
                .filter(entry -> entry.getName().endsWith(".txz"))
                .findFirst()
                .orElseThrow(() -> new IOException(jar + " holds no .txz"));
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path folder) throws IOException {
        Path path = folder.resolve(entry.getName()).normalize();
        if (!path.startsWith(folder)) throw new IOException("entry outside of the archive: " + entry.getName());
        if (entry.isDirectory()) {
            Folders.make(path);
            return;
        }
        Folders.make(path.resolveSibling(""));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(tar, path);
        boolean executable = (entry.getMode() & 0100) != 0;
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }
}
