package steward.local.aws;

import com.sun.net.httpserver.Headers;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A service that speaks awsQuery: a form with an Action, answered in XML.
 *
 * @param service the name in credential scopes and IAM actions
 * @param version of the API: the Version of the form
 * @param actions the content of the result; empty if the action has none
 * @see <a href="https://smithy.io/2.0/aws/protocols/aws-query-protocol.html">awsQuery</a>
 */
record QueryApi(
        String service,
        String version,
        String namespace,
        Map<String, Function<QueryRequest, Optional<Xml.Body>>> actions)
        implements Api {

    @Override
    public boolean takes(Headers headers) {
        return headers.getFirst("X-Amz-Target") == null && CredentialScope.names(service, headers);
    }

    @Override
    public Call read(Headers headers, byte[] body) {
        var request = QueryRequest.parse(CredentialScope.region(headers), body);
        var name = request.text("Action")
                .orElseThrow(() -> AwsError.of("MissingAction", "The request must contain the parameter Action."));
        var action = actions.get(name);
        if (action == null) {
            throw AwsError.of("InvalidAction", "Could not find operation " + name + " for version " + version);
        }
        return new QueryCall(service + ":" + name, name, namespace, action, request);
    }

    @Override
    public Answer refuse(AwsError error, String requestId) {
        return answer(
                error.status(),
                Xml.document(
                        "ErrorResponse",
                        namespace,
                        response -> response.element(
                                        "Error",
                                        details -> details.element("Type", error.status() < 500 ? "Sender" : "Receiver")
                                                .element("Code", error.code())
                                                .element("Message", error.message()))
                                .element("RequestId", requestId)));
    }

    private static Answer answer(int status, String xml) {
        return new Answer(status, "text/xml", xml);
    }

    private record QueryCall(
            String action,
            String name,
            String namespace,
            Function<QueryRequest, Optional<Xml.Body>> method,
            QueryRequest request)
            implements Call {

        @Override
        public Answer make(String requestId) {
            var result = method.apply(request);
            return answer(200, Xml.document(name + "Response", namespace, response -> {
                result.ifPresent(body -> response.element(name + "Result", body));
                response.element("ResponseMetadata", metadata -> metadata.element("RequestId", requestId));
            }));
        }
    }
}
