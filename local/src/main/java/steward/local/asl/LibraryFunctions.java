package steward.local.asl;

import com.dashjoin.jsonata.JException;
import com.dashjoin.jsonata.Jsonata;
import com.dashjoin.jsonata.Jsonata.JFunction;
import com.dashjoin.jsonata.Utils;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * JSONata's own functions, where the library does not do what JSONata 2.0.6 does, which is what Step Functions runs.
 *
 * @see <a href="https://docs.jsonata.org/overview.html">JSONata</a>
 */
final class LibraryFunctions {

    private static final Map<String, JFunction> FUNCTIONS = Map.ofEntries(
            ofArrays("average", "<a<n>:n>", "average"),
            ofArrays("count", "<a:n>", "count"),
            ofArrays("filter", "<af>", "filter"),
            ofArrays("join", "<a<s>s?:s>", "join"),
            ofArrays("map", "<af>", "map"),
            ofArrays("max", "<a<n>:n>", "max"),
            ofArrays("merge", "<a<o>:o>", "merge"),
            ofArrays("min", "<a<n>:n>", "min"),
            ofArrays("reduce", "<afj?:j>", "foldLeft"),
            ofArrays("reverse", "<a:a>", "reverse"),
            ofArrays("shuffle", "<a:a>", "shuffle"),
            ofArrays("single", "<af?>", "single"),
            ofArrays("sort", "<af?:a>", "sort"),
            ofArrays("sum", "<a<n>:n>", "sum"),
            ofArrays("zip", "<a+>", "zip"),
            changed("decodeUrl", "<s-:s>", LibraryFunctions::decode),
            changed("decodeUrlComponent", "<s-:s>", LibraryFunctions::decode),
            changed("distinct", "<x:x>", LibraryFunctions::distinct),
            changed("encodeUrl", "<s-:s>", LibraryFunctions::encodeUrl),
            changed("match", "<s-f<s:o>n?:a<o>>", LibraryFunctions::match),
            changed("number", "<(nsb)-:n>", LibraryFunctions::number),
            changed("replace", "<s-(sf)(sf)n?:s>", LibraryFunctions::replace));

    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]+(\\.[0-9]+)?([Ee][-+]?[0-9]+)?");
    private static final Pattern WITH_RADIX = Pattern.compile("0([xX][0-9A-Fa-f]+|[oO][0-7]+|[bB][01]+)");
    private static final String UNESCAPED_IN_URLS = ";,/?:@&=+$-_.!~*'()#";

    private LibraryFunctions() {}

    static void bind(Jsonata.Frame frame, Set<String> mentioned) {
        for (String name : mentioned) {
            JFunction function = FUNCTIONS.get(name);
            if (function != null) {
                frame.bind(name, function);
            }
        }
    }

    private static Map.Entry<String, JFunction> ofArrays(String name, String signature, String method) {
        return Map.entry(name, new OfArrays(name, signature, method));
    }

    private static Map.Entry<String, JFunction> changed(String name, String signature, Body body) {
        JFunction library = new JFunction(name, signature, com.dashjoin.jsonata.Functions.class, null, name);
        return Map.entry(name, new JFunction((input, arguments) -> body.apply(library, input, arguments), signature));
    }

    private interface Body {
        @Nullable
        Object apply(JFunction library, Object input, List<?> arguments);
    }

    /** What is no array it takes for an array of one; to the library alone null is nothing then. */
    private static final class OfArrays extends JFunction {

        private final int arrays;

        OfArrays(String name, String signature, String method) {
            super(name, signature, com.dashjoin.jsonata.Functions.class, null, method);
            arrays = signature.equals("<a+>") ? Integer.MAX_VALUE : 1;
        }

        private static Object wrap(Object argument) {
            return Jsonata.NULL_VALUE.equals(argument) ? new ArrayList<>(List.of(argument)) : argument;
        }

        @Override
        public Object validate(Object arguments, Object context) {
            List<Object> wrapped = new ArrayList<>((List<?>) arguments);
            wrapped.subList(0, Math.min(arrays, wrapped.size())).replaceAll(OfArrays::wrap);
            return super.validate(wrapped, context);
        }
    }

    /** An array stays one, even of one element, unless it is the result of a path. */
    private static @Nullable Object distinct(JFunction library, Object input, List<?> arguments) {
        Object all = argument(arguments, 0);
        Object distinct = library.call(input, arguments);
        return distinct instanceof List<?> list && all instanceof List<?> && !Utils.isSequence(all)
                ? new ArrayList<>(list)
                : distinct;
    }

    /** The library gives one match too many. */
    private static @Nullable Object match(JFunction library, Object input, List<?> arguments) {
        Object matches = library.call(input, arguments);
        if (!(matches instanceof List<?> list) || !(argument(arguments, 2) instanceof Number limit)) {
            return matches;
        }
        List<Object> first = Utils.createSequence();
        first.addAll(list.subList(0, Math.min(list.size(), (int) Math.ceil(limit.doubleValue()))));
        return first;
    }

    /**
     * The library has Java replace the matches of a pattern: with backslashes that mean something, groups that begin
     * with the match itself, and no limit for a function.
     */
    private static @Nullable Object replace(JFunction library, Object input, List<?> arguments) {
        if (!(argument(arguments, 0) instanceof String text)
                || !(argument(arguments, 1) instanceof Pattern pattern)
                || argument(arguments, 2) == null) {
            return library.call(input, arguments);
        }
        double most = argument(arguments, 3) instanceof Number limit ? limit.doubleValue() : Double.MAX_VALUE;
        if (most < 0) {
            throw new JException("D3011", -1, most);
        }
        StringBuilder result = new StringBuilder();
        Matcher match = pattern.matcher(text);
        int position = 0;
        // Behind a match that ends the text, there is no look for an empty one.
        for (int count = 0; count < most && (count == 0 || position < text.length()) && match.find(); count++) {
            if (match.group().isEmpty()) {
                throw new JException("D1004", -1, pattern.pattern());
            }
            result.append(text, position, match.start()).append(replacement(arguments.get(2), match));
            position = match.end();
        }
        return result.append(text.substring(position)).toString();
    }

    private static String replacement(Object replacement, MatchResult match) {
        List<Object> groups = new ArrayList<>();
        for (int group = 1; group <= match.groupCount(); group++) {
            groups.add(match.group(group));
        }
        if (replacement instanceof String text) {
            return substituted(text, match.group(), groups);
        }
        Map<String, Object> given = new LinkedHashMap<>();
        given.put("match", match.group());
        given.put("start", match.start());
        given.put("end", match.end());
        given.put("groups", groups);
        try {
            Object text = com.dashjoin.jsonata.Functions.funcApply(replacement, List.of(given));
            if (text instanceof String string) {
                return string;
            }
            throw new JException("D3012", -1, text);
        } catch (RuntimeException | Error thrown) {
            throw thrown;
        } catch (Throwable thrown) {
            throw new IllegalStateException(thrown);
        }
    }

    /** {@code $$} stands for a dollar sign, {@code $0} for the match, {@code $1} and so on for the groups. */
    private static String substituted(String replacement, String match, List<Object> groups) {
        StringBuilder result = new StringBuilder();
        int digits = String.valueOf(Math.max(1, groups.size())).length();
        int position = 0;
        for (int dollar = replacement.indexOf('$'); dollar >= 0; dollar = replacement.indexOf('$', position)) {
            result.append(replacement, position, dollar);
            String number = number(replacement, dollar + 1, digits);
            if (number.length() > 1 && Integer.parseInt(number) > groups.size()) {
                number = number.substring(0, number.length() - 1);
            }
            position = dollar + 1 + number.length();
            if (number.isEmpty()) {
                result.append('$');
                position += replacement.startsWith("$", position) ? 1 : 0;
            } else if (number.equals("0")) {
                result.append(match);
            } else if (Integer.parseInt(number) <= groups.size()) {
                Object group = groups.get(Integer.parseInt(number) - 1);
                result.append(group == null ? "" : group);
            }
        }
        return result.append(replacement.substring(position)).toString();
    }

    /** The digits that a text has at a place, at most so many; only one if it is a 0. */
    private static String number(String text, int from, int most) {
        int end = from;
        while (end < Math.min(text.length(), from + most) && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return text.startsWith("0", from) ? "0" : text.substring(from, end);
    }

    /** To the library a plus sign is a blank. */
    private static @Nullable Object decode(JFunction library, Object input, List<?> arguments) {
        return argument(arguments, 0) instanceof String text
                ? library.call(input, List.of(text.replace("+", "%2B")))
                : library.call(input, arguments);
    }

    /** The library takes what Java takes for a number. */
    private static @Nullable Object number(JFunction library, Object input, List<?> arguments) {
        if (!(argument(arguments, 0) instanceof String text)
                || DECIMAL.matcher(text).matches()) {
            return library.call(input, arguments);
        }
        if (!WITH_RADIX.matcher(text).matches()) {
            throw new JException("D3030", -1, text);
        }
        int radix = switch (text.charAt(1)) {
            case 'x', 'X' -> 16;
            case 'o', 'O' -> 8;
            default -> 2;
        };
        return Utils.convertNumber(new BigInteger(text.substring(2), radix).doubleValue());
    }

    /** As encodeURI does. */
    private static @Nullable Object encodeUrl(JFunction library, Object input, List<?> arguments) {
        if (!(argument(arguments, 0) instanceof String text)) {
            return library.call(input, arguments);
        }
        Utils.checkUrl(text);
        StringBuilder encoded = new StringBuilder();
        for (byte unit : text.getBytes(StandardCharsets.UTF_8)) {
            char character = (char) (unit & 0xff);
            boolean plain = character < 128
                    && (Character.isLetterOrDigit(character) || UNESCAPED_IN_URLS.indexOf(character) >= 0);
            encoded.append(plain ? String.valueOf(character) : String.format(Locale.ROOT, "%%%02X", (int) character));
        }
        return encoded.toString();
    }

    private static @Nullable Object argument(List<?> arguments, int index) {
        return index < arguments.size() ? arguments.get(index) : null;
    }
}
