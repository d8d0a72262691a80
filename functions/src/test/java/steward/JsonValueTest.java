package steward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonValueTest {
    @Test
    void aDocumentKeepsItsOrderAndItsKindsOfValues() throws IOException {
        JsonValue json =
                JsonValue.read("{\"b\": [1, 5000000000, 1.5, true, null, {}], \"a\": {\"text\": \"\\u00e4\\n\"}}");
        assertThat(json.value()).asInstanceOf(InstanceOfAssertFactories.MAP).containsOnlyKeys("b", "a");
        assertThat(json.value()).hasToString("{b=[1, 5000000000, 1.5, true, null, {}], a={text=ä\n}}");
        assertThat(json.path("a").path("text").text()).isEqualTo("ä\n");
    }

    @Test
    void whatIsNotThereIsEmpty() throws IOException {
        JsonValue json = JsonValue.read("{\"a\": 1}");
        assertThat(json.path("b").value()).isNull();
        assertThat(json.path("a").path("c").value()).isNull();
        assertThat(json.path("a").text()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "[1,", "{\"a\": 1, \"a\": 2}", "{} {}", "1 x", "{a: 1}", "nul", "01"})
    void whatIsNoDocumentIsRefused(String text) {
        assertThatThrownBy(() -> JsonValue.read(text)).isInstanceOf(JsonProcessingException.class);
    }
}
