package steward.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import steward.database.DatabaseLocale;
import steward.error.VerificationFailed;
import steward.extension.Installed;

/** Dumps are kept for years: what was written once has to be read by every later version. */
final class ManifestTest {
    private static final List<String> NOTES = List.of("connection limit 7 of the database: is not in the dump");

    @Test
    void aManifestOfAnyFormatIsReadForEver() throws IOException {
        assertThat(Manifest.read(stored("steward-dump-1")).withoutHash())
                .isEqualTo(manifest("steward-dump-1", List.of()));
        byte[] stored = stored(Manifest.FORMAT);
        Manifest written = manifest(Manifest.FORMAT, NOTES);
        assertThat(Manifest.read(stored).withoutHash()).isEqualTo(written);
        assertThat(written.sealed()).isEqualTo(stored);
    }

    @Test
    void anotherFormatIsNamed() throws IOException {
        byte[] other = new String(stored("steward-dump-1"), StandardCharsets.UTF_8)
                .replace("\"steward-dump-1\"", "\"steward-dump-3\"")
                .replace("\"folderBytes\"", "\"somethingNew\"")
                .getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Manifest.read(other))
                .isInstanceOf(VerificationFailed.class)
                .hasMessageContainingAll("the format \"steward-dump-3\"", "reads \"steward-dump-2\"");
    }

    @Test
    void aSingleBitIsFound() throws IOException {
        for (String format : List.of("steward-dump-1", Manifest.FORMAT)) {
            byte[] stored = stored(format);
            for (int bit = 0; bit < stored.length * 8; bit++) {
                byte[] flipped = stored.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                assertThatThrownBy(() -> Manifest.read(flipped))
                        .as("bit %d of %s", bit, format)
                        .isInstanceOf(VerificationFailed.class);
            }
            byte[] longer = Arrays.copyOf(stored, stored.length + 1);
            longer[stored.length] = ' ';
            assertThatThrownBy(() -> Manifest.read(longer)).isInstanceOf(VerificationFailed.class);
        }
    }

    private static byte[] stored(String format) throws IOException {
        try (InputStream stream = Objects.requireNonNull(ManifestTest.class.getResourceAsStream(format + ".json"))) {
            return stream.readAllBytes();
        }
    }

    private static Manifest manifest(String format, List<String> notes) {
        DatabaseLocale locale = new DatabaseLocale("de_DE.UTF-8", "C", "icu", "de-DE", "& V << w <<< W");
        Source.Facts facts = new Source.Facts(
                "17.11",
                "UTF8",
                locale,
                List.of("search_path=\"$user\", public"),
                List.of("work_mem=64MB"),
                List.of(new Installed("hstore", "1.8", "public"), new Installed("postgis", "3.5.2", "Gis")));
        Contents contents = new Contents(
                List.of(new Contents.Table("public.orders", 12), new Contents.Table("public.\"Größe\"", 3)),
                List.of(new Contents.Sequence("public.orders_id_seq", 12, true)),
                2,
                4096);
        return new Manifest(
                format,
                "website",
                "acme-production",
                "website",
                "website",
                "arn:aws:states:eu-central-1:111122223333:execution:steward-dump-database:nightly-1",
                "2026-01-31T23:59:58Z",
                "2026-02-01T00:00:07Z",
                "17.11 (Debian 17.11-1.pgdg13+1)",
                facts,
                new Manifest.Part("dump.tar.zst", 123_456, Sha256.of(new byte[] {1})),
                654_321,
                new Manifest.Part("contents.json", 210, Sha256.of(new byte[] {2})),
                Manifest.Totals.of(contents),
                notes,
                "mkdir dump && aws s3 cp s3://backups/dump.tar.zst - | zstd -d | tar -x -C dump",
                "");
    }
}
