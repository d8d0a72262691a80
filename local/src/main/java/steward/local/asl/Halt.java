package steward.local.asl;

/** Unwinds a strand whose execution is over, or whose branch was cancelled because a sibling failed. */
final class Halt extends RuntimeException {

    Halt() {
        super(null, null, false, false);
    }
}
