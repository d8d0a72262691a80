package steward.task;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import steward.Instance;
import steward.StrictJson;
import steward.error.ServerUnavailable;

/**
 * Does once, with nothing outside this process, what every job does, so that the JVM can keep the classes that this takes,
 * and what was called how often: {@code java -XX:AOTCacheOutput=FILE ... Main prime}. Loading them one by one from the
 * jars is half of what a small dump takes.
 *
 * @see <a href="https://openjdk.org/jeps/514">Ahead-of-time command-line ergonomics</a>
 */
final class Priming {
    private static final String MISSING = "<Error><Code>NoSuchKey</Code><Message>prime</Message></Error>";
    private static final String SECRET = """
            {"ARN": "prime", "Name": "prime", "VersionId": "prime",
             "SecretString": "{\\"username\\": \\"prime\\", \\"password\\": \\"prime\\"}"}
            """;

    private Priming() {}

    /** Runs it, with the environment that a task has. */
    static void run(Map<String, String> variables) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", Priming::answer);
        server.start();
        try {
            System.setProperty(
                    "aws.endpointUrl", "http://127.0.0.1:" + server.getAddress().getPort());
            System.setProperty("aws.accessKeyId", "prime");
            System.setProperty("aws.secretAccessKey", "prime");
            Main.withJob(variables, job -> {
                work(job);
                return true;
            });
        } finally {
            server.stop(0);
        }
    }

    private static void work(Job job) {
        ObjectUri uri = ObjectUri.parse("manifest", "s3://prime/dumps/manifest.json");
        job.storage().find(uri.beside("missing"));
        job.storage().read(uri);
        try (Scratch scratch = Scratch.in(job.environment().scratch());
                Upload upload = job.storage().upload(uri.beside(Manifest.ARCHIVE))) {
            Contents contents = new Contents(List.of(new Contents.Table("public.prime", 1)), List.of(), 0, 0);
            byte[] listed = StrictJson.text(contents).getBytes(StandardCharsets.UTF_8);
            Manifest.parse(Contents.class, Manifest.CONTENTS, listed);
            Manifest.read(manifest(contents).sealed());
            upload.write(listed, 0, listed.length);
            upload.complete();
            pack(scratch, job.progress());
            new Program("priming", Path.of("/bin/sh"), List.of("-c", "echo 1; echo 2 >&2"))
                    .run(line -> {}, output -> output.readAllBytes().length);
            connect(job);
        } catch (IOException e) {
            throw new UncheckedIOException("priming", e);
        }
    }

    private static void pack(Scratch scratch, Progress progress) throws IOException {
        Folder folder = new Folder(scratch.file("dump"));
        Files.createDirectory(folder.path());
        Files.writeString(folder.path().resolve("1.dat"), "prime\n\\.\n\n\n");
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        Archive.Written written;
        try (Packing packing = new Packing(folder, packed)) {
            written = packing.finish().written();
        }
        Archive.unpack(new ByteArrayInputStream(packed.toByteArray()), written, scratch.file("unpacked"), progress);
    }

    private static Manifest manifest(Contents contents) {
        Source.Facts facts = new Source.Facts("18", "", null, List.of(), List.of(), List.of());
        return new Manifest(
                Manifest.FORMAT,
                "",
                "",
                "",
                "",
                "",
                Instant.EPOCH.toString(),
                Instant.EPOCH.toString(),
                "",
                facts,
                new Manifest.Part(Manifest.ARCHIVE, 0, ""),
                0,
                new Manifest.Part(Manifest.CONTENTS, 0, ""),
                Manifest.Totals.of(contents),
                List.of(),
                "",
                "");
    }

    /** To a port where nobody listens: the driver is loaded, and what it needs to fail. */
    private static void connect(Job job) throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        Instance nowhere = new Instance("prime", "127.0.0.1", port, "18.0", "prime");
        try {
            job.access().asUser(nowhere, "prime", "prime", "priming", session -> true);
        } catch (ServerUnavailable e) {
            job.progress().end();
        }
    }

    /** As little of S3 and Secrets Manager as the work above needs. */
    private static void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        boolean isSecret = exchange.getRequestHeaders().containsKey("X-Amz-Target");
        boolean isMissing = exchange.getRequestURI().getPath().endsWith("missing");
        byte[] body = (isSecret ? SECRET : isMissing ? MISSING : "").getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(isMissing ? 404 : 200, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
