package steward.local.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.sun.net.httpserver.Headers;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import steward.local.asl.Time;

/**
 * CloudWatch, as far as Steward writes to it: PutMetricData. Its clients speak rpcv2Cbor.
 *
 * @see <a href="https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html">Smithy RPC v2 CBOR</a>
 * @see <a href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html">PutMetricData</a>
 */
public final class CloudWatch {

    private static final String CONTENT_TYPE = "application/cbor";
    private static final CBORMapper CBOR = new CBORMapper();

    private final List<Metric> metrics = new CopyOnWriteArrayList<>();
    private final Time time;

    CloudWatch(Time time) {
        this.time = time;
    }

    /** All that was put, in its order. */
    public List<Metric> metrics() {
        return List.copyOf(metrics);
    }

    Api api() {
        return new RpcApi();
    }

    private void put(JsonNode request) {
        var namespace = required(request, "Namespace");
        if (namespace.startsWith("AWS/")) {
            throw AwsError.of("InvalidParameterValue", "The value AWS/ for parameter Namespace is invalid.");
        }
        request.path("MetricData").forEach(datum -> {
            Map<String, String> dimensions = new TreeMap<>();
            datum.path("Dimensions").forEach(each -> dimensions.put(required(each, "Name"), required(each, "Value")));
            if (!datum.path("Value").isNumber()) {
                throw AwsError.of("MissingParameter", "The parameter MetricData.member.1.Value is required.");
            }
            metrics.add(new Metric(
                    namespace,
                    required(datum, "MetricName"),
                    dimensions,
                    datum.path("Value").asDouble(),
                    time.now()));
        });
    }

    private static String required(JsonNode members, String name) {
        var text = members.path(name).asText();
        if (text.isEmpty()) {
            throw AwsError.of("MissingParameter", "The parameter " + name + " is required.");
        }
        return text;
    }

    private final class RpcApi implements Api {

        @Override
        public boolean takes(Headers headers) {
            return CredentialScope.names("monitoring", headers);
        }

        @Override
        public Call read(Headers headers, byte[] body) {
            try {
                var request = CBOR.readTree(body);
                if (request.has("MetricData")) {
                    return new Put(request);
                }
            } catch (IOException e) {
                throw AwsError.of("SerializationException", "the request is not CBOR");
            }
            throw AwsError.of("UnknownOperationException", "this endpoint has no other action than PutMetricData");
        }

        @Override
        public Answer refuse(AwsError error, String requestId) {
            var body = Json.object().put("__type", error.code()).put("message", error.message());
            try {
                return new Answer(error.status(), CONTENT_TYPE, CBOR.writeValueAsBytes(body));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("two texts can be written", e);
            }
        }
    }

    private final class Put implements Api.Call {

        private final JsonNode request;

        Put(JsonNode request) {
            this.request = request;
        }

        @Override
        public String action() {
            return "cloudwatch:PutMetricData";
        }

        @Override
        public Answer make(String requestId) {
            put(request);
            return new Answer(200, CONTENT_TYPE, new byte[0]);
        }
    }
}
