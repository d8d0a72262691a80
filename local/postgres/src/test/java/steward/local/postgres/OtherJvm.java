package steward.local.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Another JVM, which starts a server and holds it until it is told to end. */
final class OtherJvm implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private OtherJvm(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    /** What the other JVM does: its arguments are the major; it prints the server's folder. */
    public static void main(String[] arguments) throws IOException {
        PostgresServer server = PostgresServer.start(Integer.parseInt(arguments[0]));
        System.out.println(server.log().resolveSibling(""));
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
    }

    /** Starts one. Every user must be able to enter both folders. */
    static OtherJvm start(int major, Path cache, Path data) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "-Dsteward.postgres.cache=" + cache,
                "-Dsteward.postgres.data=" + data,
                OtherJvm.class.getName(),
                String.valueOf(major));
        return new OtherJvm(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Waits until its server runs, and answers the server's folder. */
    Path serverFolder() throws IOException {
        String line = output.readLine();
        assertThat(line).as("what the other JVM printed").isNotNull();
        return Path.of(line);
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Lets it end in order. */
    int end() throws IOException, InterruptedException {
        process.getOutputStream().close();
        return process.waitFor();
    }

    List<ProcessHandle> descendants() {
        return process.descendants().toList();
    }

    /** The processes that work in the folder. */
    static List<ProcessHandle> processesIn(Path folder) {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(process -> worksIn(process, folder)).toList();
        }
    }

    private static boolean worksIn(ProcessHandle process, Path folder) {
        Path link = Path.of("/proc", String.valueOf(process.pid()), "cwd");
        try {
            return Files.readSymbolicLink(link).startsWith(folder);
        } catch (java.nio.file.FileSystemException endedOrNotOurs) {
            return false;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
