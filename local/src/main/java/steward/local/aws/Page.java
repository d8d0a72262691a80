package steward.local.aws;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A part of a list. The token names the last item shown, so that items may come and go between two pages without any
 * other being shown twice or left out.
 *
 * @param next the token of the next page, if there is one
 */
record Page<T>(List<T> items, Optional<String> next) {

    /**
     * @param key unique, and sorted as the items are to be
     * @throws IllegalArgumentException if the token is none of ours
     */
    static <T> Page<T> of(
            Collection<T> all, Function<T, String> key, boolean descending, Optional<String> token, long size) {
        Comparator<String> order = descending ? Comparator.reverseOrder() : Comparator.naturalOrder();
        var from = token.map(Page::decode);
        var rest = all.stream()
                .filter(item -> from.isEmpty() || order.compare(key.apply(item), from.get()) > 0)
                .sorted(Comparator.comparing(key, order))
                .limit(size + 1)
                .toList();
        if (rest.size() <= size) {
            return new Page<>(rest, Optional.empty());
        }
        var items = rest.subList(0, (int) size);
        return new Page<>(items, Optional.of(encode(key.apply(items.getLast()))));
    }

    /** A number as text that sorts as numbers do. */
    static String key(long number) {
        return "%019d".formatted(number);
    }

    private static String encode(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    private static String decode(String token) {
        return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    }
}
