package steward.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class UploadTest {
    /** Of S3, for all parts but the last one: 5 MiB to 5 GiB, and 10,000 parts. */
    @Test
    void partsGrowWithinTheLimitsOfS3AndOfTheHeap() {
        assertThat(IntStream.range(0, 10_000).map(Upload::partSize)).isSorted().allMatch(size -> size >= 16 << 20);
        assertThat(Upload.partSize(9_999)).isEqualTo(Upload.LARGEST_PART);
        assertThat(IntStream.range(0, 10_000).mapToLong(Upload::partSize).sum()).isGreaterThan(900L << 30);
    }
}
