package steward.local.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CachedTest {
    private static final String PROPERTY = "steward.postgres.cache";

    @TempDir
    private Path folder;

    @BeforeEach
    void useAnEmptyCache() {
        System.setProperty(PROPERTY, folder.resolve("cache").toString());
    }

    @AfterEach
    void useTheUsualCache() {
        System.clearProperty(PROPERTY);
    }

    @Test
    void aFolderWhoseMakingFailedIsMadeAnew() throws Exception {
        assertThatThrownBy(() -> Cached.folder("thing", partial -> {
                    Files.writeString(partial.resolve("first"), "half");
                    throw new IOException("disk full");
                }))
                .isInstanceOf(ServerFailed.class)
                .hasMessageContaining("disk full");
        assertThat(folder.resolve("cache/thing")).doesNotExist();

        Path made = Cached.folder("thing", partial -> Files.writeString(partial.resolve("second"), "whole"));
        assertThat(made.resolve("first")).doesNotExist();
        assertThat(made.resolve("second")).hasContent("whole");
    }

    @Test
    void manyThreadsMakeItOnce() {
        AtomicInteger made = new AtomicInteger();
        CompletableFuture<?>[] threads = IntStream.range(0, 8)
                .mapToObj(index ->
                        CompletableFuture.runAsync(() -> Cached.folder("thing", partial -> made.incrementAndGet())))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(threads).join();
        assertThat(made).hasValue(1);
    }

    @Test
    void aCacheThatOthersCanWriteToIsRefused() throws Exception {
        Path cache = Files.createDirectory(folder.resolve("cache"));
        assertThat(cache.toFile().setWritable(true, false)).isTrue();
        assertThatThrownBy(() -> Cached.folder("thing", partial -> {}))
                .isInstanceOf(ServerFailed.class)
                .hasMessageContaining("writable for nobody else");
    }
}
