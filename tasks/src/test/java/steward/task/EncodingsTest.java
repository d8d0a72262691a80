package steward.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class EncodingsTest {
    @Test
    void everyEncodingOfAServerHasACharset() {
        assertThat(Stream.of(
                                "EUC_CN EUC_JP EUC_KR EUC_TW ISO_8859_5 ISO_8859_6 ISO_8859_7 ISO_8859_8 KOI8R KOI8U LATIN1 LATIN2",
                                "LATIN3 LATIN4 LATIN5 LATIN7 LATIN9 LATIN10 WIN866 WIN874 WIN1250 WIN1251 WIN1252 WIN1253 WIN1254",
                                "WIN1255 WIN1256 WIN1257 WIN1258")
                        .flatMap(names -> Stream.of(names.split(" "))))
                .allSatisfy(name -> assertThat(Encodings.charset(name)).isNotEqualTo(StandardCharsets.UTF_8));
        assertThat(new String(new byte[] {(byte) 0xA4}, Encodings.charset("LATIN9")))
                .isEqualTo("€");
        assertThat(Encodings.charset("SQL_ASCII")).isEqualTo(StandardCharsets.UTF_8);
    }
}
