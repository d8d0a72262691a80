package steward.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import steward.role.SecretRotation;

/**
 * The entry point of the function that Secrets Manager calls for {@code rotate-secret} and for rotation schedules. It
 * runs as the function {@code master}, and is told its instances by {@link Configuration#INSTANCES}: nothing that it reads
 * from the secret decides where the master logs in.
 */
public final class RotationHandler implements RequestStreamHandler {
    private final Supplier<Configuration> configuration;

    /** Used by Lambda. */
    public RotationHandler() {
        this.configuration = Snapshot.start(System.getenv())::configuration;
    }

    public RotationHandler(Configuration configuration) {
        this.configuration = () -> configuration;
    }

    @Override
    public void handleRequest(InputStream payload, OutputStream result, Context context) throws IOException {
        RotationEvent event = RotationEvent.read(payload);
        Configuration now = configuration.get();
        SecretRotation.run(event.step(), event.secretId(), event.token(), now.access(), now.instances());
        result.write("null".getBytes(StandardCharsets.UTF_8));
    }
}
