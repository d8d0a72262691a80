package steward.local;

import java.util.List;

/** How often tests repeat what only large numbers can prove: a little by default, fully with {@code steward.soak=true}. */
final class Soak {
    private Soak() {}

    static int times(int usually, int fully) {
        return Boolean.getBoolean("steward.soak") ? fully : usually;
    }

    /** The newest of the majors; all of them when soaking. */
    static <T> List<T> newest(List<T> majors) {
        return Boolean.getBoolean("steward.soak") ? majors : List.of(majors.getLast());
    }

    /** The oldest and the newest of the majors, between which Postgres differs most; all of them when soaking. */
    static <T> List<T> ends(List<T> majors) {
        return Boolean.getBoolean("steward.soak") || majors.size() < 3
                ? majors
                : List.of(majors.getFirst(), majors.getLast());
    }
}
