package steward.local.asl;

import com.fasterxml.jackson.databind.JsonNode;

/** What a running attempt may report before it ends. */
public interface TaskProgress {

    TaskProgress UNHEARD = new TaskProgress() {
        @Override
        public void submitted(JsonNode response) {}

        @Override
        public void heartbeat() {}
    };

    /** The service took the job ({@code .sync}, {@code .waitForTaskToken}); becomes the event TaskSubmitted. */
    void submitted(JsonNode response);

    /** Starts the count of HeartbeatSeconds anew. */
    void heartbeat();
}
