package steward.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import steward.lambda.Deployment;
import steward.local.asl.Time;
import steward.local.postgres.Majors;
import steward.local.postgres.PostgresServer;
import steward.local.postgres.SharedServers;

/** What a function holds where Lambda takes its snapshot, and how it goes on: with AWS's runtime client and our hooks. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SnapStartIT {
    private static final int MAJOR = Majors.underTest().getLast();
    private static final String INSTANCE = TestInstallation.instance(MAJOR);
    private static final String ESTABLISHED = "01";

    private final FunctionsInProcesses runner = new FunctionsInProcesses();
    private final PostgresServer server = SharedServers.server(MAJOR);
    private final TestInstallation steward = new TestInstallation(
            Map.of(INSTANCE, server), Installation.start(0, Time.system(), Map.of(INSTANCE, server), runner));

    @AfterAll
    void close() {
        steward.installation.close();
    }

    @Test
    void noSecretAndNoConnectionIsInASnapshotAndTheRestoredFunctionWorks() throws Exception {
        runner.processes().cool();
        String site = TestInstallation.random("site");
        long master = runner.processes().prepare(runner.function(Deployment.MASTER));
        long owner = runner.processes().prepare(runner.function(Deployment.OWNER));
        String password = server.masterPassword();

        // Only the runtime's own, which asks to be restored.
        assertThat(connections(master)).hasSize(1);
        assertThat(connections(owner)).hasSize(1);
        assertThat(memoryContains(master, password)).isFalse();
        int before = runner.processes().started("steward-master");

        steward.succeed("create-database", Map.of("instance", INSTANCE, "project", "acme", "database", site));

        assertThat(steward.connect("acme", INSTANCE, site, site).isValid(5)).isTrue();
        assertThat(runner.processes().started("steward-master")).isEqualTo(before);
        // It has read it now: the search would have found it.
        assertThat(memoryContains(master, password)).isTrue();
    }

    /** Remote addresses of established connections. */
    private static List<String> connections(long pid) throws IOException {
        List<String> sockets = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (Path file : files.toList()) {
                sockets.add(Files.readSymbolicLink(file).toString());
            }
        }
        List<String> remote = new ArrayList<>();
        for (String table : List.of("tcp", "tcp6")) {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/net/" + table))) {
                String[] columns = line.strip().split(" +", -1);
                if (columns[3].equals(ESTABLISHED) && sockets.contains("socket:[" + columns[9] + "]")) {
                    remote.add(columns[2]);
                }
            }
        }
        return remote;
    }

    private static boolean memoryContains(long pid, String secret) throws IOException {
        byte[] wanted = secret.getBytes(StandardCharsets.US_ASCII);
        try (RandomAccessFile memory = new RandomAccessFile("/proc/" + pid + "/mem", "r")) {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/maps"))) {
                if (line.matches("\\S+ rw.*") && contains(memory, line.split("[- ]", -1), wanted)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean contains(RandomAccessFile memory, String[] range, byte[] wanted) throws IOException {
        long from = Long.parseUnsignedLong(range[0], 16);
        long to = Long.parseUnsignedLong(range[1], 16);
        byte[] block = new byte[1 << 20];
        for (long at = from; at < to; at += block.length - wanted.length) {
            memory.seek(at);
            int length = memory.read(block, 0, (int) Math.min(block.length, to - at));
            if (new String(block, 0, Math.max(length, 0), StandardCharsets.ISO_8859_1)
                    .contains(new String(wanted, StandardCharsets.ISO_8859_1))) {
                return true;
            }
        }
        return false;
    }
}
