package steward.local.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import steward.local.asl.TaskFailed;
import steward.local.asl.Time;

/** Runs Lambda functions through their real entry points: {@code lambda:invoke}, or a function's ARN as Resource. */
final class Lambda {

    /** Both directions. */
    private static final int REQUEST_BYTES = 6_291_456;

    private static final int RESPONSE_BYTES = 6_291_556;

    private static final List<String> ARGUMENTS =
            List.of("ClientContext", "FunctionName", "InvocationType", "LogType", "Payload", "Qualifier");

    private final Map<String, LambdaFunction> functions;
    private final LambdaFaults faults;
    private final Time time;

    Lambda(Collection<LambdaFunction> functions, LambdaFaults faults, Time time) {
        this.functions = functions.stream().collect(Collectors.toMap(LambdaFunction::name, Function.identity()));
        this.faults = faults;
        this.time = time;
    }

    /** What is wrong with a function's ARN as Resource; empty if the function exists. */
    Optional<String> problem(String functionArn) {
        String name = LambdaName.parse(functionArn).name();
        return functions.containsKey(name) ? Optional.empty() : Optional.of("no Lambda function " + name);
    }

    /** A function's ARN as Resource: the state's arguments are the event, the bare answer is the result. */
    JsonNode run(String functionArn, JsonNode arguments) throws TaskFailed, InterruptedException {
        String requestId = UUID.randomUUID().toString();
        return json(invoke(LambdaName.parse(functionArn), Json.text(arguments), requestId));
    }

    /** The optimised integration: the result is the answer in an envelope. */
    JsonNode invoke(JsonNode arguments) throws TaskFailed, InterruptedException {
        LambdaName called;
        try {
            called = called(arguments);
        } catch (InvalidArguments e) {
            throw e.failing(arguments);
        }
        String requestId = UUID.randomUUID().toString();
        byte[] response = invoke(called, event(arguments.path("Payload")), requestId);
        return LambdaEnvelope.of(called.version(), json(response), response.length, requestId, time.now());
    }

    private static LambdaName called(JsonNode arguments) throws InvalidArguments {
        for (Map.Entry<String, JsonNode> argument : arguments.properties()) {
            if (!ARGUMENTS.contains(argument.getKey())) {
                throw InvalidArguments.unknown(argument.getKey(), ARGUMENTS);
            }
        }
        JsonNode name = arguments.path("FunctionName");
        if (!name.isTextual()) {
            throw InvalidArguments.wrongType("FunctionName", "STRING");
        }
        if (!arguments.path("InvocationType").asText("RequestResponse").equals("RequestResponse")) {
            throw new InvalidArguments("The local integration knows InvocationType RequestResponse only");
        }
        LambdaName parsed = LambdaName.parse(name.textValue());
        JsonNode qualifier = arguments.path("Qualifier");
        return Json.isAbsent(qualifier) ? parsed : new LambdaName(parsed.name(), qualifier.asText());
    }

    /** Recorded: a text that is JSON already is sent as it is; without a Payload the event is {}. */
    private static String event(JsonNode payload) {
        if (Json.isAbsent(payload)) {
            return "{}";
        }
        if (payload.isTextual() && Json.parse(payload.textValue()).isPresent()) {
            return payload.textValue();
        }
        return Json.text(payload);
    }

    private byte[] invoke(LambdaName called, String event, String requestId) throws TaskFailed, InterruptedException {
        LambdaFunction function = functions.get(called.name());
        if (function == null) {
            String arn = "arn:aws:lambda:us-east-1:000000000000:function:" + called.name();
            throw LambdaErrors.notFound(
                    arn + ":" + (called.qualifier().isEmpty() ? "$LATEST" : called.qualifier()), requestId);
        }
        byte[] bytes = event.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > REQUEST_BYTES) {
            throw LambdaErrors.requestTooLarge(REQUEST_BYTES, requestId);
        }
        JsonNode payload = Json.parse(event).orElse(JsonNodeFactory.instance.textNode(event));
        fail(faults.before(function.name(), payload));
        byte[] response = answer(function, called, bytes, requestId);
        fail(faults.after(function.name(), payload));
        return response;
    }

    private byte[] answer(LambdaFunction function, LambdaName called, byte[] event, String requestId)
            throws TaskFailed, InterruptedException {
        LambdaContext context =
                new LambdaContext(function, called, requestId, time.now().plus(function.timeout()), time);
        LambdaInvocation.End end = new LambdaInvocation(context)
                .run(event)
                .orElseThrow(() -> LambdaErrors.timedOut(requestId, function.timeout()));
        if (end.thrown() instanceof FunctionFailed elsewhere) {
            throw elsewhere.failure();
        }
        if (end.thrown() != null) {
            throw LambdaErrors.thrown(end.thrown());
        }
        if (end.response().size() > RESPONSE_BYTES) {
            throw LambdaErrors.responseTooLarge(RESPONSE_BYTES);
        }
        return end.response().toByteArray();
    }

    private static void fail(Optional<TaskFailed> fault) throws TaskFailed {
        if (fault.isPresent()) {
            throw fault.get();
        }
    }

    /** An answer that is not JSON is taken as text. */
    private static JsonNode json(byte[] response) {
        String text = new String(response, StandardCharsets.UTF_8);
        return Json.parse(text).orElseGet(() -> JsonNodeFactory.instance.textNode(text));
    }
}
