package steward.local.aws;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Tells every call to those who listen, after it was answered. */
public final class Calls {

    private final List<Consumer<RecordedCall>> listeners = new CopyOnWriteArrayList<>();

    /** From now on, for every call but those to S3, on the caller's thread. */
    public void listen(Consumer<RecordedCall> listener) {
        listeners.add(listener);
    }

    void tell(RecordedCall call) {
        listeners.forEach(listener -> listener.accept(call));
    }

    boolean heard() {
        return !listeners.isEmpty();
    }
}
