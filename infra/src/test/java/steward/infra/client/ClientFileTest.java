package steward.infra.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientFileTest {
    private static final Path CLIENTS =
            Path.of(System.getProperty("steward.home", "..")).resolve("infra/clients");
    private static final Set<String> WORKFLOWS = Set.of(
            "create-user",
            "create-database",
            "enable-extension",
            "grant-read-only",
            "revoke-read-only",
            "rotate-password",
            "dump-database",
            "restore-dump",
            "drop-database",
            "drop-user",
            "copy-snapshots",
            "restore-database",
            "sweep");

    static List<String> mistakes() throws IOException {
        return read("mistakes.txt")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    private static String read(String name) throws IOException {
        try (var stream = Objects.requireNonNull(ClientFileTest.class.getResourceAsStream("/" + name))) {
            return new String(stream.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    /** Without comments and with single blanks, so that a mistake can be put into it anywhere. */
    private static String example() throws IOException {
        return Files.readString(CLIENTS.resolve("acme.json"))
                .lines()
                .filter(line -> !line.strip().startsWith("//"))
                .reduce("", (text, line) -> text + " " + line.strip());
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeGivesOneClearMessage(String line) throws IOException {
        String[] mistake = line.split("\\s*=>\\s*", -1);
        String text = example();
        assertThat(text).contains(mistake[0]);
        String wrong = text.substring(0, text.indexOf(mistake[0]))
                + mistake[1]
                + text.substring(text.indexOf(mistake[0]) + mistake[0].length());

        InvalidClient found =
                catchThrowableOfType(InvalidClient.class, () -> ClientFile.parse("acme", wrong, WORKFLOWS));

        assertThat(found).isNotNull();
        assertThat(found.problems()).containsExactly(mistake[2].split(" \\| ", -1));
    }

    @Test
    void allMistakesAreNamedAtOnce() {
        InvalidClient found = catchThrowableOfType(
                InvalidClient.class,
                () -> ClientFile.parse(
                        "acme", "{\"client\": \"acme\", \"account\": 1, \"colour\": \"red\"}", WORKFLOWS));

        assertThat(found.problems())
                .containsExactly(
                        "account: must be an AWS account: twelve digits",
                        "region: is missing",
                        "alarmAddress: is missing",
                        "network: is missing",
                        "instances: is missing",
                        "projects: is missing",
                        "snapshotCopies: is missing",
                        "rotations: is missing",
                        "starters: is missing",
                        "colour: is unknown");
    }

    @Test
    void moreInstancesThanTheFunctionsCanBeToldOfAreRefused() throws IOException {
        String more = IntStream.range(0, 20).mapToObj("""
                        { "identifier": "more-%d", "stage": "staging", "postgres": 17,
                          "created": { "class": "db.t4g.medium", "storage": 50, "multiZone": false } },"""::formatted).collect(Collectors.joining());
        String text = example().replace("\"instances\": [", "\"instances\": [" + more);

        InvalidClient found =
                catchThrowableOfType(InvalidClient.class, () -> ClientFile.parse("acme", text, WORKFLOWS));

        assertThat(found.problems())
                .singleElement()
                .asString()
                .startsWith("instances: are too many: their addresses and secrets take ")
                .endsWith(" characters of the functions' environment, which holds 3900");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cn-north-1 | is in China, where services have other names: Steward does not support that",
                "us-gov-west-1 | is in GovCloud, where ARNs begin otherwise than the workflows write them: Steward does not support that",
                "il-central-1 | is a region of which Steward has no RDS certificates: its functions could trust no server there",
                "ca-west-1 | is a region of which Steward has no RDS certificates: its functions could trust no server there",
                "xx-nowhere-1 | is a region of which Steward has no RDS certificates: its functions could trust no server there"
            })
    void aRegionInWhichStewardCouldNotWorkIsRefused(String region, String reason) throws IOException {
        InvalidClient found = catchThrowableOfType(InvalidClient.class, () -> globexIn(region));

        assertThat(found.problems()).containsExactly("region: %s %s".formatted(region, reason));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cn-north-1", "us-gov-west-1"})
    void aRegionThatIsRefusedIsNotHeldAgainstTheOtherOneOfCopies(String region) throws IOException {
        String text = example().replace("us-east-1", region);

        InvalidClient found =
                catchThrowableOfType(InvalidClient.class, () -> ClientFile.parse("acme", text, WORKFLOWS));

        assertThat(found.problems()).singleElement().asString().startsWith("region: " + region);
    }

    static List<String> regionsWithCertificates() throws IOException {
        try (Stream<Path> files = Files.list(CLIENTS.resolve("../../functions/src/main/resources/certificates"))) {
            return files.map(file -> file.getFileName().toString().replace(".pem", ""))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("regionsWithCertificates")
    void everyRegionThatTheFunctionsHaveCertificatesOfIsTaken(String region) throws IOException {
        assertThat(globexIn(region).region()).isEqualTo(region);
    }

    private static Client globexIn(String region) throws IOException {
        String text = Files.readString(CLIENTS.resolve("globex.json"));
        return ClientFile.parse("globex", text.replace("eu-central-1", region), WORKFLOWS);
    }

    @Test
    void leftoversAreLookedForWhateverTheFileSays() throws IOException {
        String text = example();
        String without = text.replaceAll("\"sweep\": \\{[^}]*},", "");
        assertThat(without).isNotEqualTo(text);

        assertThat(ClientFile.parse("acme", without, WORKFLOWS).sweep()).isEqualTo(new Sweep("rate(1 hour)", 120));
    }

    @Test
    void aFileThatIsNoJsonIsRefusedWithTheLine() {
        assertThatThrownBy(() -> ClientFile.parse("acme", "{\n\"client\": }", WORKFLOWS))
                .isInstanceOf(InvalidClient.class)
                .hasMessageContaining("line 2: ");
    }

    @Test
    void aFieldThatIsWrittenTwiceIsRefused() {
        assertThatThrownBy(() -> ClientFile.parse("acme", "{\"client\": \"acme\", \"client\": \"acme\"}", WORKFLOWS))
                .hasMessageContaining("Duplicate field 'client'");
    }

    @Test
    void aClientThatIsNotThereIsNamedBesideThoseThatAre() {
        assertThatThrownBy(() -> ClientFile.read(CLIENTS, "emca", WORKFLOWS))
                .hasMessageContaining("there is no such client; there are: acme, globex");
    }

    @Test
    void onlyTheChosenFileIsRead() throws IOException {
        Path folder = Files.createTempDirectory("clients");
        Files.copy(CLIENTS.resolve("globex.json"), folder.resolve("globex.json"));
        Files.writeString(folder.resolve("broken.json"), "{");

        assertThat(ClientFile.read(folder, "globex", WORKFLOWS).account()).isEqualTo("333333333333");
    }

    @Test
    void theExampleIsReadWholly() {
        Client client = ClientFile.read(CLIENTS, "acme", WORKFLOWS);

        assertThat(client.instances())
                .extracting(Instance::identifier)
                .containsExactly("acme-production", "acme-staging", "acme-legacy");
        assertThat(client.projects().getFirst().readers())
                .containsExactly("arn:aws:iam::111111111111:role/website-server");
        assertThat(client.snapshotCopies().getFirst().retain()).isEqualTo(new SnapshotCopies.Retention(14, 8, 12, 5));
        assertThat(client.snapshotCopies())
                .extracting(SnapshotCopies::kmsKey)
                .containsExactly(
                        Optional.of("arn:aws:kms:us-east-1:111111111111:key/00000000-0000-4000-8000-000000000004"),
                        Optional.empty());
        assertThat(client.starters().get(1).github()).contains(new Starter.GitHub("example/website", "production"));
    }
}
