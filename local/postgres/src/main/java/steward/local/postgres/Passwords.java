package steward.local.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Properties;

/** The passwords that our own code logs in with. */
record Passwords(String superuser, String master) {
    private static final String FILE = "passwords.properties";

    static Passwords random() {
        return new Passwords(randomPassword(), randomPassword());
    }

    private static String randomPassword() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Those that were stored beside a copy of a server's data. */
    static Passwords load(Path folder) {
        Properties properties = new Properties();
        try (InputStream file = Files.newInputStream(folder.resolve(FILE))) {
            properties.load(file);
        } catch (IOException failure) {
            throw new ServerFailed("reading the passwords of " + folder, failure);
        }
        return new Passwords(properties.getProperty("superuser"), properties.getProperty("master"));
    }

    void store(Path folder) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("superuser", superuser);
        properties.setProperty("master", master);
        Path file = folder.resolve(FILE);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (OutputStream stream = Files.newOutputStream(file)) {
            properties.store(stream, null);
        }
    }

    Passwords withMaster(String changed) {
        return new Passwords(superuser, changed);
    }

    @Override
    public String toString() {
        return "Passwords[]";
    }
}
