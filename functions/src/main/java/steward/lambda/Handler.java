package steward.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Supplier;
import steward.Access;
import steward.AwsErrors;
import steward.Operation;
import steward.Operations;
import steward.StrictJson;
import steward.error.InvalidInput;

/**
 * The entry point of both Lambda functions. An exception leaves as it is: its class is the error's name in Step
 * Functions.
 */
public final class Handler implements RequestStreamHandler {
    private final Supplier<Configuration> configuration;

    /** Used by Lambda. */
    public Handler() {
        this.configuration = Snapshot.start(System.getenv())::configuration;
    }

    public Handler(Configuration configuration) {
        this.configuration = () -> configuration;
    }

    @Override
    public void handleRequest(InputStream payload, OutputStream result, Context context) throws IOException {
        Request request = Request.read(payload);
        Configuration configuration = this.configuration.get();
        Operation<?, ?> operation = Operations.named(request.operation())
                .filter(found -> found.function() == configuration.function())
                .orElseThrow(() -> new InvalidInput("operation: function %s has no operation \"%s\""
                        .formatted(configuration.function(), request.operation())));
        StrictJson.write(result, run(operation, request, configuration.access().forOneStep()));
    }

    private <I extends Record, O extends Record> O run(Operation<I, O> operation, Request request, Access access) {
        I input = request.inputAs(operation.inputType());
        try {
            return operation.step().apply(input, access);
        } catch (RuntimeException failure) {
            // In a class of its own: the SDK's are loaded only where something has failed.
            throw AwsErrors.translate(failure);
        }
    }
}
