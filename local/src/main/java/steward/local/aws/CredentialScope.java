package steward.local.aws;

import com.sun.net.httpserver.Headers;
import java.util.regex.Pattern;

/**
 * The service and region that a request was signed for.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">Signature
 *     Version 4</a>
 */
final class CredentialScope {

    private static final Pattern SCOPE = Pattern.compile("Credential=[^/,]*/[^/,]*/([^/,]*)/([^/,]+)/");

    private CredentialScope() {}

    static boolean names(String service, Headers headers) {
        var authorization = headers.getFirst("Authorization");
        if (authorization == null) {
            return false;
        }
        var matcher = SCOPE.matcher(authorization);
        return matcher.find() && matcher.group(2).equals(service);
    }

    /** The region that a request was signed for. */
    static String region(Headers headers) {
        var matcher = SCOPE.matcher(String.valueOf(headers.getFirst("Authorization")));
        return matcher.find() ? matcher.group(1) : Arn.REGION;
    }
}
