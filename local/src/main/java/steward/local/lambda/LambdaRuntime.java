package steward.local.lambda;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program in an execution environment that asks for calls and has the function do them. */
@FunctionalInterface
public interface LambdaRuntime {
    /** How it is started. */
    List<String> command(DeployedFunction function);

    /**
     * AWS's for Java, with the Java of this JVM.
     *
     * @param jars folder with the jars of AWS's runtime interface client
     */
    static LambdaRuntime java(Path jars) {
        return function -> {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            // How Lambda's own start script for Java starts a function that is not restored from a snapshot.
            command.addAll(List.of(
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx" + function.memory() * 85L / 100 + "m",
                    "--add-opens=java.base/java.io=ALL-UNNAMED",
                    "-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac"));
            command.addAll(List.of("-cp", jars + "/*", "com.amazonaws.services.lambda.runtime.api.client.AWSLambda"));
            command.add(function.handler());
            return command;
        };
    }
}
