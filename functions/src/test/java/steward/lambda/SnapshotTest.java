package steward.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.crac.Core;
import org.junit.jupiter.api.Test;

/** The hooks as Lambda calls them, in this JVM; what they leave behind is looked at in {@code SnapStartIT}. */
class SnapshotTest {
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "STEWARD_FUNCTION", "master",
            "AWS_REGION", "eu-central-1",
            "AWS_ENDPOINT_URL", "http://127.0.0.1:1",
            "AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start");

    @Test
    void clientsOfBeforeTheSnapshotAreNotUsedAfterIt() throws Exception {
        Snapshot snapshot = Snapshot.start(ENVIRONMENT);
        Configuration before = snapshot.configuration();

        snapshot.beforeCheckpoint(Core.getGlobalContext());
        snapshot.afterRestore(Core.getGlobalContext());

        assertThat(snapshot.configuration().access().secrets())
                .isNotSameAs(before.access().secrets());
        assertThat(snapshot.configuration().access().postgres())
                .isNotSameAs(before.access().postgres());
        assertThat(snapshot.configuration().function()).isEqualTo(before.function());
    }
}
