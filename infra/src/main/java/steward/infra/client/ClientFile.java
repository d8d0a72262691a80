package steward.infra.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import steward.infra.client.Instance.Stage;

/** Reads {@code clients/<name>.json}: JSON, with comments after {@code //}. */
public final class ClientFile {
    private static final String ENDING = ".json";
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ClientFile() {}

    /**
     * Reads a client's file and no other.
     *
     * @param workflows the names that there are
     * @throws InvalidClient if there is no such file, or with all that is wrong with it
     */
    public static Client read(Path folder, String name, Set<String> workflows) {
        Path file = folder.resolve(name + ENDING);
        if (name.isEmpty() || !Files.isRegularFile(file)) {
            throw new InvalidClient(
                    file.getFileName().toString(),
                    List.of("there is no such client; there are: " + String.join(", ", names(folder))
                            + " (choose one with -c client=...)"));
        }
        try {
            return parse(name, Files.readString(file), workflows);
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + file, e);
        }
    }

    /**
     * Reads a client from a file's text.
     *
     * @throws InvalidClient with all that is wrong
     */
    public static Client parse(String name, String text, Set<String> workflows) {
        List<String> problems = new ArrayList<>();
        Client client = Fields.read("", tree(name, text), problems, ClientFile::client);
        problems.addAll(Contradictions.of(name, client, workflows, problems));
        if (!problems.isEmpty()) {
            throw new InvalidClient(name + ENDING, problems);
        }
        return client;
    }

    private static List<String> names(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(ENDING))
                    .map(file -> file.substring(0, file.length() - ENDING.length()))
                    .sorted()
                    .collect(Collectors.toList());
        } catch (IOException e) {
            throw new UncheckedIOException("listing " + folder, e);
        }
    }

    private static JsonNode tree(String name, String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null
                    ? ""
                    : "line %d: ".formatted(e.getLocation().getLineNr());
            throw new InvalidClient(name + ENDING, List.of(where + e.getOriginalMessage()));
        }
    }

    private static Client client(Fields fields) {
        return new Client(
                fields.text("client", Form.NAME),
                fields.text("account", Form.ACCOUNT),
                fields.text("region", Form.REGION),
                fields.text("alarmAddress", Form.ADDRESS),
                fields.number("reservedConcurrency", 0, 100, 10),
                fields.optionalText("backupKey", Form.KEY),
                fields.optionalText("gitHubProvider", Form.PROVIDER),
                fields.object("network", ClientFile::network),
                fields.objects("instances", ClientFile::instance),
                fields.objects("projects", ClientFile::project),
                fields.objects("snapshotCopies", ClientFile::snapshotCopies),
                fields.objects("rotations", ClientFile::rotation),
                fields.optionalObject("sweep", ClientFile::sweep).orElse(Sweep.USUAL),
                fields.objects("starters", ClientFile::starter));
    }

    private static Network network(Fields fields) {
        return new Network(
                fields.text("vpc", Form.VPC),
                fields.text("cidr", Form.CIDR),
                fields.text("s3PrefixList", Form.PREFIX_LIST),
                fields.objects("subnets", ClientFile::subnet),
                fields.texts("applicationSecurityGroups", Form.SECURITY_GROUP),
                fields.object("endpoints", ClientFile::endpoints));
    }

    private static Network.Subnet subnet(Fields fields) {
        return new Network.Subnet(
                fields.text("id", Form.SUBNET),
                fields.text("zone", Form.ZONE),
                fields.text("routeTable", Form.ROUTE_TABLE));
    }

    private static Network.Endpoints endpoints(Fields fields) {
        return new Network.Endpoints(
                fields.flag("secretsManager"),
                fields.flag("s3"),
                fields.flag("ecrApi"),
                fields.flag("ecrDocker"),
                fields.flag("logs"));
    }

    private static Instance instance(Fields fields) {
        return new Instance(
                fields.text("identifier", Form.INSTANCE),
                fields.choice("stage", Stage.values()),
                fields.number("postgres", 13, 18),
                fields.optionalObject("adopted", ClientFile::adopted),
                fields.optionalObject("created", ClientFile::created));
    }

    private static Instance.Adopted adopted(Fields fields) {
        return new Instance.Adopted(
                fields.text("securityGroup", Form.SECURITY_GROUP),
                fields.optionalText("masterSecret", Form.SECRET),
                fields.optionalText("secretKey", Form.KEY),
                fields.optionalText("storageKey", Form.KEY));
    }

    private static Instance.Created created(Fields fields) {
        return new Instance.Created(
                fields.text("class", Form.INSTANCE_CLASS),
                fields.number("storage", 20, 32768),
                fields.flag("multiZone"));
    }

    private static Project project(Fields fields) {
        return new Project(
                fields.text("name", Form.PROJECT),
                fields.number("postgres", 13, 18),
                fields.optionalText("production", Form.INSTANCE),
                fields.optionalText("staging", Form.INSTANCE),
                fields.texts("readers", Form.ROLE));
    }

    private static SnapshotCopies snapshotCopies(Fields fields) {
        return new SnapshotCopies(
                fields.text("instance", Form.INSTANCE),
                fields.text("schedule", Form.SCHEDULE),
                fields.object("retain", ClientFile::retention),
                fields.optionalText("kmsKey", Form.KEY),
                fields.optionalObject("otherRegion", ClientFile::otherRegion));
    }

    private static SnapshotCopies.OtherRegion otherRegion(Fields fields) {
        return new SnapshotCopies.OtherRegion(
                fields.text("region", Form.REGION),
                fields.text("kmsKey", Form.KEY),
                fields.object("retain", ClientFile::retention));
    }

    private static SnapshotCopies.Retention retention(Fields fields) {
        return new SnapshotCopies.Retention(
                fields.number("daily", 0, 366),
                fields.number("weekly", 0, 520),
                fields.number("monthly", 0, 120),
                fields.number("yearly", 0, 50));
    }

    private static Rotation rotation(Fields fields) {
        return new Rotation(
                fields.text("instance", Form.INSTANCE),
                fields.text("user", Form.USER),
                fields.text("schedule", Form.SCHEDULE));
    }

    private static Sweep sweep(Fields fields) {
        return new Sweep(fields.text("schedule", Form.SCHEDULE), fields.number("olderThanMinutes", 0, 100_000));
    }

    private static Starter starter(Fields fields) {
        return new Starter(
                fields.text("name", Form.NAME),
                fields.texts("workflows", Form.WORKFLOW),
                fields.optionalText("role", Form.ROLE),
                fields.optionalObject("github", ClientFile::gitHub));
    }

    private static Starter.GitHub gitHub(Fields fields) {
        return new Starter.GitHub(
                fields.text("repository", Form.REPOSITORY), fields.text("environment", Form.ENVIRONMENT));
    }
}
