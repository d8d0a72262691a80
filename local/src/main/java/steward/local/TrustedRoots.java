package steward.local;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;

/**
 * A root certificate of our own among those that programs trust anyway, so that a process that trusts it reads as many as
 * it would in AWS.
 */
final class TrustedRoots {
    /** The JDK's own file is stored like this, too. */
    private static final String UNPROTECTED = "NONE";

    /** Of every JDK's file; it protects nothing. */
    private static final char[] PASSWORD = "changeit".toCharArray();

    private TrustedRoots() {}

    /** A file for {@code javax.net.ssl.trustStore}. */
    static Path ofJava(String root, Path folder) {
        System.setProperty("keystore.pkcs12.certProtectionAlgorithm", UNPROTECTED);
        System.setProperty("keystore.pkcs12.macAlgorithm", UNPROTECTED);
        Path file = folder.resolve("cacerts");
        Path own = Path.of(System.getProperty("java.home"), "lib/security/cacerts");
        try (OutputStream stream = Files.newOutputStream(file)) {
            KeyStore store = KeyStore.getInstance(own.toFile(), PASSWORD);
            Certificate certificate = CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(root.getBytes(StandardCharsets.US_ASCII)));
            store.setCertificateEntry("local", certificate);
            store.store(stream, PASSWORD);
            return file;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("adding to the certificates of " + own, e);
        }
    }

    /** A file for {@code AWS_CA_BUNDLE}. */
    static Path ofPython(String root, Path packages, Path folder) throws IOException {
        return Files.writeString(
                folder.resolve("cacert.pem"), Files.readString(packages.resolve("botocore/cacert.pem")) + root);
    }
}
