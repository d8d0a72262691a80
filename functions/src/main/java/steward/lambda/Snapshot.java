package steward.lambda;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;

/**
 * What SnapStart tells a function: before its snapshot is taken, all classes are loaded that its first call needs, and
 * nothing is left that would be stale or secret; after it is restored, it gets new clients and new randomness. The clock
 * needs nothing: what keeps a time, the master's session, is closed before.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-java.html">Runtime hooks</a>
 */
final class Snapshot implements Resource {
    private static final String TYPE = "AWS_LAMBDA_INITIALIZATION_TYPE";
    private static final Path RANDOM = Path.of("/dev/urandom");
    private static final int SEED_BYTES = 48;

    private final Map<String, String> environment;
    private volatile Configuration configuration;

    private Snapshot(Map<String, String> environment) {
        this.environment = environment;
        this.configuration = Configuration.from(environment);
    }

    /** Starts a function as its environment says. Whoever is given it keeps it: the hooks are held weakly. */
    static Snapshot start(Map<String, String> environment) {
        Snapshot started = new Snapshot(environment);
        if ("snap-start".equals(environment.get(TYPE))) {
            Core.getGlobalContext().register(started);
        }
        return started;
    }

    /** With clients of the time since the last restore. */
    Configuration configuration() {
        return configuration;
    }

    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) {
        Priming.run(configuration.function());
        configuration.access().close();
    }

    /** All copies of a snapshot begin with the same state of every generator. */
    @Override
    public void afterRestore(Context<? extends Resource> context) throws IOException {
        reseed();
        configuration = Configuration.from(environment);
    }

    /** The JDK's generators on Linux share what they mix into the kernel's bytes: one that is seeded seeds all. */
    private static void reseed() throws IOException {
        try (InputStream random = Files.newInputStream(RANDOM)) {
            new SecureRandom().setSeed(random.readNBytes(SEED_BYTES));
        }
    }
}
