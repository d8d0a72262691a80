package steward.local.postgres;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A root certificate of our own and a server's certificate that it signed for 127.0.0.1 and localhost, all in PEM. The root's
 * private key is forgotten at once. Keys and signatures are those of RDS's usual authority, rds-ca-rsa2048-g1: a cold function
 * takes longer to verify others.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html">Certificate authorities</a>
 */
public record Certificates(String root, String server, String serverKey) {
    private static final X500Principal ROOT = new X500Principal("CN=Steward local root");
    private static final int RSA_BITS = 2048;
    private static final Duration VALIDITY = Duration.ofDays(365);
    private static final SecureRandom RANDOM = new SecureRandom();

    /** New keys and certificates, good for a year. */
    public static Certificates make() {
        try {
            KeyPair rootKey = keyPair();
            X509Certificate root = sign(
                    builder(ROOT, rootKey)
                            .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                            .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign)),
                    rootKey);
            KeyPair serverKey = keyPair();
            X509Certificate server = sign(
                    builder(new X500Principal("CN=localhost"), serverKey)
                            .addExtension(Extension.subjectAlternativeName, false, names())
                            .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                            .addExtension(
                                    Extension.extendedKeyUsage,
                                    false,
                                    new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth)),
                    rootKey);
            return new Certificates(
                    pem("CERTIFICATE", root.getEncoded()),
                    pem("CERTIFICATE", server.getEncoded()),
                    pem("PRIVATE KEY", serverKey.getPrivate().getEncoded()));
        } catch (GeneralSecurityException | OperatorCreationException | IOException failure) {
            throw new ServerFailed("making the server's certificate", failure);
        }
    }

    private static GeneralNames names() {
        return new GeneralNames(new GeneralName[] {
            new GeneralName(GeneralName.iPAddress, "127.0.0.1"), new GeneralName(GeneralName.dNSName, "localhost")
        });
    }

    private static JcaX509v3CertificateBuilder builder(X500Principal subject, KeyPair key) {
        Instant now = Instant.now();
        return new JcaX509v3CertificateBuilder(
                ROOT,
                new BigInteger(127, RANDOM),
                // Clocks of virtual machines jump.
                Date.from(now.minus(Duration.ofDays(1))),
                Date.from(now.plus(VALIDITY)),
                subject,
                key.getPublic());
    }

    private static X509Certificate sign(org.bouncycastle.cert.X509v3CertificateBuilder builder, KeyPair signer)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(signer.getPrivate())));
    }

    private static KeyPair keyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(RSA_BITS);
        return generator.generateKeyPair();
    }

    private static String pem(String type, byte[] content) {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(type, lines);
    }

    /** Neither key nor certificates belong in a log. */
    @Override
    public String toString() {
        return "Certificates[]";
    }
}
