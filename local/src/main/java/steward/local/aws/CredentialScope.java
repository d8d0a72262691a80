package steward.local.aws;

import com.sun.net.httpserver.Headers;
import java.util.regex.Pattern;

/**
 * The service that a request was signed for.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">Signature
 *     Version 4</a>
 */
final class CredentialScope {

    private static final Pattern SERVICE = Pattern.compile("Credential=[^/,]*/[^/,]*/[^/,]*/([^/,]+)/");

    private CredentialScope() {}

    static boolean names(String service, Headers headers) {
        var authorization = headers.getFirst("Authorization");
        if (authorization == null) {
            return false;
        }
        var matcher = SERVICE.matcher(authorization);
        return matcher.find() && matcher.group(1).equals(service);
    }
}
