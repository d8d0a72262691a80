package steward.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import steward.error.VerificationFailed;

final class ScriptReaderTest {
    private static final String SCRIPT = """
            --
            -- PostgreSQL database dump
            --
            \\restrict abc
            SET statement_timeout = 0;
            SELECT pg_catalog.set_config('search_path', '', false);

            COPY public.plain (id, name) FROM stdin;
            1\ta
            2\t\\\\.
            3\tCOPY public.x (id) FROM stdin;
            \\.


            COPY "Odd ""x"";
            y"."it's; ""z\""" ("a'b", "c;") FROM stdin;
            1\t2
            \\.


            COPY public.nothing  FROM stdin;
            \\.


            SELECT pg_catalog.setval('public."it''s"', 7, true);


            SELECT pg_catalog.setval('public.down', -3, false);


            BEGIN;

            SELECT pg_catalog.lo_open('16400', 131072);
            SELECT pg_catalog.lowrite(0, '\\x010203');
            SELECT pg_catalog.lo_close(0);

            COMMIT;
            """;

    /** Gives a few bytes at a time: whatever is counted may begin in one read and end in the next. */
    private static InputStream inPieces(String text, int size) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read(byte[] buffer, int offset, int length) {
                return super.read(buffer, offset, Math.min(length, size));
            }
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64, 100_000})
    void everythingInAScriptIsCounted(int size) throws IOException {
        Contents contents = ScriptReader.ofRows().read(inPieces(SCRIPT, size));
        assertThat(contents.tables())
                .containsExactly(
                        new Contents.Table("public.plain", 3),
                        new Contents.Table("\"Odd \"\"x\"\";\ny\".\"it's; \"\"z\"\"\"", 1),
                        new Contents.Table("public.nothing", 0));
        assertThat(contents.sequences())
                .containsExactly(
                        new Contents.Sequence("public.\"it's\"", 7, true),
                        new Contents.Sequence("public.down", -3, false));
        assertThat(contents.largeObjects()).isEqualTo(1);
        assertThat(contents.largeObjectBytes()).isEqualTo(3);
        assertThat(contents.rows()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"COPY public.plain (id) FROM stdin;\n1\n", "COPY public.plain (id", "COPY nonsense;\n"})
    void aScriptThatEndsTooEarlyIsNoticed(String script) {
        assertThatThrownBy(() -> ScriptReader.ofRows().read(inPieces(script, 100)))
                .isInstanceOf(VerificationFailed.class);
    }
}
