package steward;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;
import steward.error.NotPermitted;
import steward.error.ServerUnavailable;

final class AwsErrorsTest {
    private static RuntimeException answer(int status, String code) {
        return SecretsManagerException.builder()
                .statusCode(status)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage("said so")
                        .build())
                .message("said so")
                .build();
    }

    @Test
    void whatPassesIsTriedAgain() {
        for (RuntimeException failure : List.of(
                answer(500, "InternalServiceError"),
                answer(503, "ServiceUnavailable"),
                answer(400, "ThrottlingException"),
                SdkClientException.create("said so"))) {
            assertThat(AwsErrors.translate(failure))
                    .isInstanceOf(ServerUnavailable.class)
                    .hasMessageContaining("said so")
                    .hasCause(failure);
        }
    }

    @Test
    void whatDoesNotStaysWhatItIs() {
        for (RuntimeException failure : List.of(
                answer(400, "AccessDeniedException"),
                new NotPermitted("ours"),
                new IllegalStateException("a mistake"))) {
            assertThat(AwsErrors.translate(failure)).isSameAs(failure);
        }
    }
}
