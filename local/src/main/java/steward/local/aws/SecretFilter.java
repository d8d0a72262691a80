package steward.local.aws;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * One filter of ListSecrets: any of its values must match.
 *
 * @see <a href="https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_search-secret.html">Find secrets</a>
 */
record SecretFilter(String key, List<String> values) implements Predicate<Secret> {

    private static final Set<String> KEYS =
            Set.of("name", "description", "tag-key", "tag-value", "primary-region", "owning-service", "all");

    /** @throws AwsError if there is no such key */
    static SecretFilter of(JsonRequest filter) {
        var key = filter.required("Key");
        if (!KEYS.contains(key)) {
            throw AwsError.of(
                    "ValidationException",
                    "1 validation error detected: Value '" + key
                            + "' at 'filters.1.member.key' failed to satisfy constraint: Member must satisfy enum value"
                            + " set: " + KEYS.stream().sorted().toList());
        }
        return new SecretFilter(key, filter.texts("Values"));
    }

    @Override
    public boolean test(Secret secret) {
        return values.stream().anyMatch(value -> matches(secret, value));
    }

    /** A value that starts with an exclamation mark asks for the contrary. */
    private boolean matches(Secret secret, String value) {
        if (value.startsWith("!")) {
            return !matchesPrefix(secret, value.substring(1));
        }
        return matchesPrefix(secret, value);
    }

    private boolean matchesPrefix(Secret secret, String prefix) {
        return switch (key) {
            case "name" -> secret.name.startsWith(prefix);
            case "description" -> lower(secret.description.orElse("")).startsWith(lower(prefix));
            case "tag-key" -> anyStartsWith(secret.tags.keySet(), prefix);
            case "tag-value" -> anyStartsWith(secret.tags.values(), prefix);
            case "owning-service" -> secret.owningService.orElse("").startsWith(prefix);
            case "primary-region" -> Arn.REGION.startsWith(prefix);
            default -> anyWord(secret, prefix);
        };
    }

    private static boolean anyStartsWith(Collection<String> texts, String prefix) {
        return texts.stream().anyMatch(text -> text.startsWith(prefix));
    }

    /** Key "all" looks for any word of the value at the start of any word of the secret, whatever the case. */
    private static boolean anyWord(Secret secret, String value) {
        var texts = new ArrayList<>(List.of(secret.name, secret.description.orElse("")));
        texts.addAll(secret.tags.keySet());
        texts.addAll(secret.tags.values());
        secret.owningService.ifPresent(texts::add);
        var wanted = words(value);
        return texts.stream()
                .flatMap(text -> words(text).stream())
                .anyMatch(word -> wanted.stream().anyMatch(word::startsWith));
    }

    private static List<String> words(String text) {
        return List.of(lower(text).split("[\\s/_+=.@!-]+"));
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
