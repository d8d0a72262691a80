package steward.infra;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import io.github.cdklabs.cdknag.NIST80053R5Checks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.assertions.Annotations;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.assertions.Template;
import software.amazon.awscdk.cxapi.SynthesisMessage;
import steward.infra.client.Client;
import steward.infra.client.ClientFile;
import steward.infra.permission.Definition;

/** The stacks of the example clients. Synthesis is slow, so each is made once for all tests. */
record Synthesized(Client client, Template template, JsonNode json, List<String> findings) {
    static final Path ROOT =
            Path.of(System.getProperty("steward.home", "..")).toAbsolutePath().normalize();
    /** Clients, and where one keeps copies of snapshots. */
    static final List<String> EXAMPLES = List.of("acme", "acme-us-west-2", "globex");

    static final List<String> CLIENTS = List.of("acme", "globex");

    private static final Map<String, Synthesized> MADE = new ConcurrentHashMap<>();

    /** A stack, without {@code steward-}. */
    static Synthesized of(String stack) {
        String name = CLIENTS.stream().filter(stack::startsWith).findFirst().orElseThrow();
        return MADE.computeIfAbsent(stack, each -> make(name, "steward-" + each));
    }

    static SortedMap<String, Definition> definitions() {
        return Definitions.read(ROOT.resolve("statemachines"));
    }

    private static Synthesized make(String name, String stackName) {
        return of(
                ClientFile.read(
                        ROOT.resolve("infra/clients"), name, definitions().keySet()),
                stackName);
    }

    /** The stack of a client that is none of the examples, made anew each time. */
    static Synthesized of(Client client) {
        return of(client, "steward-" + client.name());
    }

    private static Synthesized of(Client client, String stackName) {
        App app = Main.app();
        Stack stack = Main.stacks(app, client, definitions(), paths()).stream()
                .filter(each -> each.getStackName().equals(stackName))
                .findFirst()
                .orElseThrow();
        Aspects.of(stack).add(new AwsSolutionsChecks());
        Aspects.of(stack).add(new NIST80053R5Checks());
        Template template = Template.fromStack(stack);
        return new Synthesized(client, template, new ObjectMapper().valueToTree(template.toJSON()), findings(stack));
    }

    /** The templates do not depend on what is in the functions' jars. */
    private static Paths paths() {
        try {
            Path function = Path.of("target/functions-of-tests.zip").toAbsolutePath();
            return new Paths(
                    ROOT, Files.writeString(function, "stands for the functions' zip"), ROOT.resolve("infra/clients"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The assertions library itself answers with a class that is deprecated. */
    @SuppressWarnings("deprecation")
    private static List<String> findings(Stack stack) {
        List<String> findings = new ArrayList<>();
        Annotations annotations = Annotations.fromStack(stack);
        for (SynthesisMessage message : annotations.findError("*", Match.anyValue())) {
            findings.add(message.getId() + " " + message.getEntry().getData());
        }
        for (SynthesisMessage message : annotations.findWarning("*", Match.anyValue())) {
            findings.add(message.getId() + " " + message.getEntry().getData());
        }
        return findings;
    }

    /** Properties of the resources of a type, by logical id. */
    SortedMap<String, JsonNode> resources(String type) {
        SortedMap<String, JsonNode> found = new TreeMap<>();
        for (Map.Entry<String, JsonNode> resource : json.path("Resources").properties()) {
            if (resource.getValue().path("Type").asText().equals(type)) {
                found.put(resource.getKey(), resource.getValue().path("Properties"));
            }
        }
        return found;
    }

    /** The resource of that id. */
    @Nullable
    JsonNode resource(String id) {
        return json.path("Resources").get(id);
    }
}
