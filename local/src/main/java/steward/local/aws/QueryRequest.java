package steward.local.aws;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The parameters of a request in the query protocol.
 *
 * @param region that it was signed for
 * @see <a href="https://smithy.io/2.0/aws/protocols/aws-query-protocol.html">awsQuery</a>
 */
record QueryRequest(String region, Map<String, String> parameters) {

    /** @throws AwsError if the form is not one */
    static QueryRequest parse(String region, byte[] body) {
        var parameters = new LinkedHashMap<String, String>();
        for (var pair : new String(body, StandardCharsets.US_ASCII).split("&", -1)) {
            var equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
        return new QueryRequest(region, parameters);
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isEmpty());
    }

    /** @throws AwsError if it is missing */
    String required(String name) {
        return text(name)
                .orElseThrow(
                        () -> AwsError.of("MissingParameter", "The request must contain the parameter " + name + "."));
    }

    /** @throws AwsError if it is neither true nor false */
    Optional<Boolean> flag(String name) {
        return text(name).map(value -> {
            if (!value.matches("(?i)true|false")) {
                throw malformed(name, value);
            }
            return Boolean.valueOf(value);
        });
    }

    /** @throws AwsError if it is no number */
    Optional<Integer> number(String name) {
        return text(name).map(value -> {
            if (!value.matches("-?[0-9]{1,9}")) {
                throw malformed(name, value);
            }
            return Integer.valueOf(value);
        });
    }

    private static AwsError malformed(String name, String value) {
        return AwsError.of("MalformedInput", "Invalid value " + value + " for " + name);
    }

    /** Tags as RDS takes them: {@code Tags.Tag.1.Key}. */
    Map<String, String> tags() {
        var tags = new TreeMap<String, String>();
        elements("Tags")
                .forEach(tag -> tags.put(tag.required("Key"), tag.text("Value").orElse("")));
        return tags;
    }

    /** The elements of a list of strings: {@code name.<any>.1, name.<any>.2, ...}. */
    List<String> texts(String name) {
        return elements(name).stream()
                .map(element -> element.parameters.getOrDefault("", ""))
                .toList();
    }

    /** The elements of a list of structures: {@code name.<any>.1.Member, ...}. */
    List<QueryRequest> elements(String name) {
        // Clients write the element's name from the model (Tags.Tag.1) or "member": both are accepted by AWS.
        var element = Pattern.compile(Pattern.quote(name) + "\\.\\w+\\.(\\d{1,9})(?:\\.(.+))?");
        var elements = new TreeMap<Integer, QueryRequest>();
        parameters.forEach((key, value) -> {
            var matcher = element.matcher(key);
            if (matcher.matches()) {
                var member = matcher.group(2) == null ? "" : matcher.group(2);
                elements.computeIfAbsent(
                                Integer.valueOf(matcher.group(1)),
                                index -> new QueryRequest(region, new LinkedHashMap<>()))
                        .parameters
                        .put(member, value);
            }
        });
        return List.copyOf(elements.values());
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw AwsError.of("MalformedQueryString", "the form contains a malformed escape");
        }
    }
}
