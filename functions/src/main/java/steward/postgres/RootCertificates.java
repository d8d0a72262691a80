package steward.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/** The certificates that a server's own has to lead to. */
public final class RootCertificates {
    private RootCertificates() {}

    /**
     * Those that RDS uses in a region, unless others are given. The region's own only: reading all regions' would cost
     * every connection.
     *
     * @param given a PEM file to trust instead
     * @return a PEM file
     * @throws IllegalStateException if there are none for the region
     */
    public static Path of(@Nullable String given, String region) {
        return given == null ? ofRegion(region) : Path.of(given);
    }

    private static Path ofRegion(String region) {
        try (InputStream pem = RootCertificates.class.getResourceAsStream("/certificates/" + region + ".pem")) {
            if (pem == null) {
                throw new IllegalStateException("no RDS certificates for region " + region);
            }
            Path file = Files.createTempFile("rds-" + region, ".pem");
            Files.copy(pem, file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            throw new IllegalStateException("RDS certificates of region " + region + " cannot be read", e);
        }
    }
}
