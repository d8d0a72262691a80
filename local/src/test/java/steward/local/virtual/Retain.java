package steward.local.virtual;

import static java.util.Comparator.reverseOrder;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.TemporalAdjusters;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** How many copies are kept of each kind, and which: what copy-snapshots is held to, by the calendar of Java. */
record Retain(int daily, int weekly, int monthly, int yearly) {

    static final Retain USUAL = new Retain(7, 5, 12, 0);

    Set<LocalDate> keeps(Collection<LocalDate> days) {
        Set<LocalDate> kept = new HashSet<>();
        kept.addAll(newest(days, day -> day, daily));
        kept.addAll(newest(days, day -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)), weekly));
        kept.addAll(newest(days, YearMonth::from, monthly));
        kept.addAll(newest(days, LocalDate::getYear, yearly));
        days.stream().max(LocalDate::compareTo).ifPresent(kept::add);
        return kept;
    }

    private static <K extends Comparable<? super K>> List<LocalDate> newest(
            Collection<LocalDate> days, Function<LocalDate, K> kind, int count) {
        TreeMap<K, LocalDate> newest = new TreeMap<>(reverseOrder());
        days.forEach(day -> newest.merge(kind.apply(day), day, (one, other) -> one.isAfter(other) ? one : other));
        return newest.values().stream().limit(count).toList();
    }

    /** What an input asks for. */
    static Retain of(JsonNode json) {
        return new Retain(
                json.path("daily").asInt(),
                json.path("weekly").asInt(),
                json.path("monthly").asInt(),
                json.path("yearly").asInt());
    }

    String json() {
        return "{\"daily\": %d, \"weekly\": %d, \"monthly\": %d, \"yearly\": %d}"
                .formatted(daily, weekly, monthly, yearly);
    }
}
