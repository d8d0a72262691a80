package steward.local.asl;

import java.util.Optional;

/** How many items of a Map may fail. Without both the first failure is the failure of the Map. */
record Tolerance(Optional<Integer> count, Optional<Double> percentage) {

    boolean isGiven() {
        return count.isPresent() || percentage.isPresent();
    }

    boolean isExceeded(int failed, int items) {
        return (count.isPresent() && failed > count.get())
                || (percentage.isPresent() && failed * 100.0 > percentage.get() * items);
    }
}
