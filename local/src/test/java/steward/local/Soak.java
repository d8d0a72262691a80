package steward.local;

/** How often tests repeat what only large numbers can prove: a little by default, fully with {@code steward.soak=true}. */
final class Soak {
    private Soak() {}

    static int times(int usually, int fully) {
        return Boolean.getBoolean("steward.soak") ? fully : usually;
    }
}
