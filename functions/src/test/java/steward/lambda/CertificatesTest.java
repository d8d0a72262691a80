package steward.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class CertificatesTest {
    private static final Path FOLDER = Path.of("src/main/resources/certificates");

    static List<Path> regions() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("regions")
    void everyRegionHasItsThreeAuthoritiesAndNoneExpiresSoon(Path file) throws IOException, CertificateException {
        Collection<? extends java.security.cert.Certificate> certificates;
        try (var pem = Files.newInputStream(file)) {
            certificates = CertificateFactory.getInstance("X.509").generateCertificates(pem);
        }
        String region = file.getFileName().toString().replace(".pem", "");
        Date inAYear = Date.from(Instant.now().plus(Duration.ofDays(365)));
        assertThat(certificates).hasSize(3).allSatisfy(certificate -> {
            X509Certificate authority = (X509Certificate) certificate;
            assertThat(authority.getSubjectX500Principal().getName()).contains("Amazon RDS " + region + " Root CA");
            authority.checkValidity(inAYear);
        });
    }

    @Test
    void aRegionWithoutCertificatesIsNamed() {
        Map<String, String> environment = Map.of("STEWARD_FUNCTION", "master", "AWS_REGION", "xx-nowhere-1");
        assertThatThrownBy(() -> Configuration.from(environment))
                .hasMessage("no RDS certificates for region xx-nowhere-1");
    }

    @Test
    void aMissingVariableIsNamed() {
        assertThatThrownBy(() -> Configuration.from(Map.of("AWS_REGION", "us-east-1")))
                .hasMessage("environment variable STEWARD_FUNCTION is not set");
    }
}
