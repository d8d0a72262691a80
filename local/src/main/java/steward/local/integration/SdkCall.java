package steward.local.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.awscore.AwsRequest;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import steward.local.asl.TaskFailed;

/**
 * One call of a client's method. Two members are no fields of requests and answers, since the SDK streams them: the Body
 * of S3's PutObject and UploadPart, and that of GetObject. For Step Functions both are text.
 *
 * @param body if the method takes one
 */
record SdkCall(Method method, Object request, Optional<String> body) {

    private static final String BODY = "Body";

    /** What a state's result may have: 256 KiB. */
    private static final int MOST_BYTES = 262_144;

    /** Whether it is an action: one form of each, with everything in the request. */
    static boolean fits(Method method) {
        Class<?>[] parameters = method.getParameterTypes();
        boolean requested = parameters.length > 0 && AwsRequest.class.isAssignableFrom(parameters[0]);
        boolean answered = SdkPojo.class.isAssignableFrom(method.getReturnType())
                || method.getReturnType() == ResponseInputStream.class;
        return requested && answered && (parameters.length == 1 || takesBody(method));
    }

    private static boolean takesBody(Method method) {
        return method.getParameterCount() == 2 && method.getParameterTypes()[1] == RequestBody.class;
    }

    static SdkCall of(Method method, JsonNode arguments) throws TaskFailed {
        try {
            Object builder = method.getParameterTypes()[0].getMethod("builder").invoke(null);
            if (!takesBody(method) || !(arguments instanceof ObjectNode members)) {
                return new SdkCall(method, SdkRequests.build((SdkPojo) builder, arguments, ""), Optional.empty());
            }
            JsonNode body = members.path(BODY);
            ObjectNode rest = members.deepCopy().without(BODY);
            return new SdkCall(method, SdkRequests.build((SdkPojo) builder, rest, ""), Optional.of(text(body)));
        } catch (InvalidArguments e) {
            throw e.failing(arguments);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no builder for the request of " + method, e);
        }
    }

    private static String text(JsonNode body) {
        if (Json.isAbsent(body)) {
            return "";
        }
        return body.isTextual() ? body.textValue() : Json.text(body);
    }

    /**
     * Makes it.
     *
     * @throws SdkException if the service refuses
     */
    ObjectNode make(SdkClient client) throws IOException, IllegalAccessException {
        List<Object> parameters = new ArrayList<>(List.of(request));
        body.ifPresent(text -> parameters.add(RequestBody.fromString(text)));
        try {
            Object answer = method.invoke(client, parameters.toArray());
            return answer instanceof ResponseInputStream<?> stream
                    ? streamed(stream)
                    : SdkResponses.ISO_TIMESTAMPS.json((SdkPojo) answer);
        } catch (InvocationTargetException e) {
            if (e.getTargetException() instanceof SdkException thrown) {
                throw thrown;
            }
            throw new IllegalStateException("calling " + method, e.getTargetException());
        }
    }

    private static ObjectNode streamed(ResponseInputStream<?> stream) throws IOException {
        try (stream) {
            byte[] bytes = stream.readNBytes(MOST_BYTES + 1);
            ObjectNode json = SdkResponses.ISO_TIMESTAMPS.json((SdkPojo) stream.response());
            json.put(BODY, new String(bytes, StandardCharsets.UTF_8));
            if (bytes.length > MOST_BYTES) {
                stream.abort();
            }
            return json;
        }
    }

    /**
     * The same result.
     *
     * @throws TaskFailed if it is larger than a state's result may be
     */
    static ObjectNode checked(ObjectNode result) throws TaskFailed {
        if (Json.text(result).getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES) {
            return result;
        }
        throw new TaskFailed(
                "States.DataLimitExceeded",
                "The state/task returned a result with a size exceeding the maximum number of bytes service limit.");
    }
}
