package steward.local.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A service that speaks awsJson1_0 or awsJson1_1: the action is in the header X-Amz-Target, everything else in JSON.
 *
 * @param service the name in credential scopes and IAM actions
 * @param target what stands before the dot in X-Amz-Target
 * @param version {@code 1.0} or {@code 1.1}
 * @param message the member of an error that holds its text
 * @see <a href="https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html">awsJson1_0</a>
 */
record JsonApi(
        String service,
        String target,
        String version,
        String message,
        Map<String, Function<JsonRequest, ObjectNode>> actions)
        implements Api {

    @Override
    public boolean takes(Headers headers) {
        var header = headers.getFirst("X-Amz-Target");
        if (header == null) {
            return CredentialScope.names(service, headers);
        }
        return header.startsWith(target + ".");
    }

    @Override
    public Call read(Headers headers, byte[] body) {
        var name = Optional.ofNullable(headers.getFirst("X-Amz-Target"))
                .map(header -> header.substring(target.length() + 1))
                .orElse("");
        var action = actions.get(name);
        if (action == null) {
            throw AwsError.of("UnknownOperationException", "this endpoint has no action " + target + "." + name);
        }
        return new JsonCall(service + ":" + name, action, request(body), contentType());
    }

    @Override
    public Answer refuse(AwsError error, String requestId) {
        var body = Json.object().put("__type", error.code()).put(message, error.message());
        return new Answer(error.status(), contentType(), Json.write(body));
    }

    private String contentType() {
        return "application/x-amz-json-" + version;
    }

    private static JsonRequest request(byte[] body) {
        if (body.length == 0) {
            return new JsonRequest(Json.object());
        }
        try {
            if (Json.MAPPER.readTree(body) instanceof ObjectNode members) {
                return new JsonRequest(members);
            }
        } catch (IOException e) {
            // The parser's message quotes the text, which may be a secret value.
            throw AwsError.of("SerializationException", "the request is not JSON");
        }
        throw AwsError.of("SerializationException", "the request is not a JSON object");
    }

    private record JsonCall(
            String action, Function<JsonRequest, ObjectNode> method, JsonRequest request, String contentType)
            implements Call {

        @Override
        public Answer make(String requestId) {
            return new Answer(200, contentType, Json.write(method.apply(request)));
        }
    }
}
