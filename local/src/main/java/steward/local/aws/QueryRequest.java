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
 * @see <a href="https://smithy.io/2.0/aws/protocols/aws-query-protocol.html">awsQuery</a>
 */
record QueryRequest(Map<String, String> parameters) {

    /** @throws AwsError if the form is not one */
    static QueryRequest parse(byte[] body) {
        var parameters = new LinkedHashMap<String, String>();
        for (var pair : new String(body, StandardCharsets.US_ASCII).split("&", -1)) {
            var equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
        return new QueryRequest(parameters);
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
                                Integer.valueOf(matcher.group(1)), index -> new QueryRequest(new LinkedHashMap<>()))
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
