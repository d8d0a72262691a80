package steward.local.asl;

import com.dashjoin.jsonata.JException;
import com.dashjoin.jsonata.Jsonata;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A text of the form <code>{% ... %}</code>, parsed once; evaluated by any number of threads. */
final class Expression {

    /** The bounds of the JSONata library's own guard, which are those of Step Functions too. */
    private static final Duration MAX_DURATION = Duration.ofSeconds(5);

    private static final int MAX_DEPTH = 100;
    private static final Pattern VARIABLE =
            Pattern.compile("\\$([\\p{L}\\p{Nl}_][\\p{L}\\p{Nl}\\p{Mn}\\p{Mc}\\p{Nd}\\p{Pc}]*)");

    private final String source;
    private final Jsonata compiled;
    private final Set<String> variables;

    private Expression(String source, Jsonata compiled) {
        this.source = source;
        this.compiled = compiled;
        this.variables = mentioned(source);
    }

    /** A blank outside of the braces makes it plain text. */
    static boolean isExpression(String text) {
        return text.length() >= 4 && text.startsWith("{%") && text.endsWith("%}");
    }

    /** @throws JException if the text between the braces is no JSONata */
    static Expression parse(String text) {
        String source = text.substring(2, text.length() - 2).trim();
        // The library reads on behind a comment, also where the text ends with it.
        Jsonata compiled = Jsonata.jsonata(source + " ");
        compiled.setOutputConvertNulls(false);
        return new Expression(source, compiled);
    }

    String source() {
        return source;
    }

    Jsonata compiled() {
        return compiled;
    }

    /** A superset: a name in a string constant is among them. Binding one too many does no harm. */
    private static Set<String> mentioned(String source) {
        Set<String> names = new HashSet<>();
        Matcher matcher = VARIABLE.matcher(source);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    JsonNode evaluate(Bindings bindings, String location) throws QueryFailed {
        Object value = value(bindings, location);
        if (value == null) {
            throw failed(location, " returned nothing (undefined).");
        }
        Optional<JsonNode> node = Values.toJson(value);
        return node.orElseThrow(() -> failed(location, " returned an unsupported result type."));
    }

    private @Nullable Object value(Bindings bindings, String location) throws QueryFailed {
        Jsonata.Frame frame = compiled.createFrame();
        frame.setRuntimeBounds(MAX_DURATION.toMillis(), MAX_DEPTH);
        bindings.bind(frame, variables);
        try {
            return compiled.evaluate(null, frame);
        } catch (JException error) {
            throw failed(location, " threw an error during evaluation" + reason(error));
        } catch (RuntimeException | StackOverflowError error) {
            // The library throws what its Java code happens to throw (ClassCastException, NumberFormatException ...);
            // to a workflow each is a failed query.
            throw failed(location, " threw an error during evaluation: " + error);
        }
    }

    private static String reason(JException error) {
        String code = String.valueOf(error.getError());
        return code.matches("[A-Z]\\d{4}") ? ". " + code + ": " + error.getMessage() : ": " + code;
    }

    QueryFailed unexpected(String location, String expected, JsonNode value) {
        String was = value.getNodeType().name().toLowerCase(Locale.ROOT);
        return failed(
                location,
                " returned an unexpected result type. Expected '" + expected + "', but was '" + was + "' for value: "
                        + Json.write(value));
    }

    private QueryFailed failed(String location, String what) {
        return new QueryFailed(
                location, "The JSONata expression '" + source + "' specified for the field '" + location + "'" + what);
    }
}
