package steward.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import steward.infra.Policy.Request;

/** Questions to the policies in the template of the client acme: {@code access.txt}. */
class AccessTest {
    private static final int LEAST = 40;

    static List<String> questions() throws IOException {
        try (var stream = Objects.requireNonNull(AccessTest.class.getResourceAsStream("/access.txt"))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("questions")
    void isAnsweredRightly(String question) {
        String[] words = question.strip().split("\\s+", -1);
        assertThat(words[0]).isIn("allow", "deny");

        assertThat(allowed(words)).isEqualTo(words[0].equals("allow"));
    }

    @Test
    void thereAreEnoughQuestionsOfEachKind() throws IOException {
        Map<String, Long> counts = questions().stream()
                .collect(Collectors.groupingBy(line -> line.split(" ", -1)[0], Collectors.counting()));

        assertThat(counts.values()).allMatch(count -> count >= LEAST);
    }

    private static boolean allowed(String[] words) {
        Policies policies = new Policies(Synthesized.of(words[1].endsWith("-us-west-2") ? "acme-us-west-2" : "acme"));
        Map<String, String> context = context(words);
        if (words[2].startsWith("sts:")) {
            return policies.trust(words[1]).allows(new Request(words[2], "", context));
        }
        Request request = new Request(words[2], arn(words[2], words[3]), context);
        return policies.of(words[1]).allows(request) && !policies.ofResources().denies(request);
    }

    private static Map<String, String> context(String[] words) {
        Map<String, String> context = new TreeMap<>(Map.of("aws:SecureTransport", "true", "s3:TlsVersion", "1.3"));
        for (int i = words[2].startsWith("sts:") ? 3 : 4; i < words.length; i++) {
            String[] entry = words[i].split("=", 2);
            context.put(entry[0], entry[1]);
        }
        return context;
    }

    private static String arn(String action, String resource) {
        String service = action.substring(0, action.indexOf(':'));
        if (resource.startsWith("arn:") || resource.equals("*")) {
            return resource;
        }
        return switch (service) {
            case "s3" -> "arn:aws:s3:::" + resource;
            case "iam" -> "arn:aws:iam::111111111111:" + resource;
            default -> "arn:aws:%s:us-east-1:111111111111:%s".formatted(service, resource);
        };
    }
}
