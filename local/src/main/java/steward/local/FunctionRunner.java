package steward.local;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import steward.Instance;
import steward.lambda.Deployment;

/** How an installation runs the Lambda functions. */
public interface FunctionRunner extends AutoCloseable {
    /** Whether functions run as processes of their own unless it is said: a system property. */
    String PROCESSES = "steward.processes";

    /**
     * What the functions find around them.
     *
     * @param endpoint of AWS
     * @param rootCertificate that all servers' certificates lead to
     * @param instances by identifier, as they are when asked
     */
    record Surroundings(URI endpoint, Path rootCertificate, Supplier<Map<String, Instance>> instances) {}

    /** A function's entry point, bytes in and bytes out. */
    RequestStreamHandler handler(Deployment deployment, Surroundings surroundings);

    @Override
    void close();

    /** As {@link #PROCESSES} has it. */
    static FunctionRunner unlessSaid() {
        return Boolean.getBoolean(PROCESSES) ? inProcesses() : inThisJvm();
    }

    /** In this JVM: fast, and to be looked at with a debugger. */
    static FunctionRunner inThisJvm() {
        return new FunctionsInThisJvm();
    }

    /** The deployed zip in processes of their own, as Lambda does. */
    static FunctionRunner inProcesses() {
        return new FunctionsInProcesses();
    }
}
