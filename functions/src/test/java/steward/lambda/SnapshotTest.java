package steward.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.Provider;
import java.security.SecureRandomSpi;
import java.security.Security;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.crac.Core;
import org.junit.jupiter.api.Test;
import steward.secret.Password;

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

    /** A generator of the process: a new one goes on from what it has been seeded with, and from nothing else. */
    public static final class Recording extends SecureRandomSpi {
        private static final long serialVersionUID = 1;
        private static final List<String> SEEDS = new ArrayList<>();

        private final Random state = new Random(SEEDS.hashCode());

        @Override
        protected void engineSetSeed(byte[] seed) {
            SEEDS.add(Arrays.toString(seed));
        }

        @Override
        protected void engineNextBytes(byte[] bytes) {
            state.nextBytes(bytes);
        }

        @Override
        protected byte[] engineGenerateSeed(int length) {
            return new byte[length];
        }
    }

    private static final class OfRecording extends Provider {
        private static final long serialVersionUID = 1;

        OfRecording() {
            super("Recording", "1", "records what its generator is seeded with");
            put("SecureRandom.Recording", Recording.class.getName());
        }
    }

    @Test
    void everyRestoreSeedsTheGeneratorOfPasswordsAnew() throws Exception {
        Snapshot snapshot = Snapshot.start(ENVIRONMENT);
        Security.insertProviderAt(new OfRecording(), 1);
        try {
            String before = Password.generate();
            snapshot.afterRestore(Core.getGlobalContext());
            String once = Password.generate();
            snapshot.afterRestore(Core.getGlobalContext());

            assertThat(Recording.SEEDS).hasSize(2).doesNotHaveDuplicates();
            assertThat(Recording.SEEDS)
                    .allSatisfy(seed -> assertThat(seed.split(", ", -1)).hasSize(48));
            assertThat(Password.generate()).as("without a seed in between").isEqualTo(Password.generate());
            assertThat(List.of(before, once, Password.generate())).doesNotHaveDuplicates();
        } finally {
            Security.removeProvider("Recording");
        }
    }
}
