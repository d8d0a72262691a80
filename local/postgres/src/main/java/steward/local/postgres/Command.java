package steward.local.postgres;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A short program run to its end. */
final class Command {
    private Command() {}

    /**
     * Runs it in the root folder and answers what it printed on both outputs.
     *
     * @throws ServerFailed when it cannot be started or its exit code is not 0; the message holds what it printed
     */
    static String run(List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    // The server's user may be unable to enter the folder that we are in.
                    .directory(new File("/"))
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
            builder.environment().keySet().retainAll(List.of("PATH"));
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code == 0) return output;
            throw new ServerFailed("running %s: exit code %d: %s".formatted(command.getFirst(), code, output.strip()));
        } catch (IOException failure) {
            throw new ServerFailed("running " + command.getFirst(), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ServerFailed("running " + command.getFirst(), interrupted);
        }
    }
}
