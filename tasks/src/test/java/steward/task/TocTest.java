package steward.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import steward.error.InvalidInput;

/** What the input may leave out of a restore. */
final class TocTest {
    private static final String INDEX = "3340; 1259 16450 INDEX public orders_rated website";
    private static final String ANOTHER = "3341; 1259 16451 INDEX public orders_rated_twice website";
    private static final String COMMENT = "3360; 0 0 COMMENT public INDEX orders_rated website";
    private static final String TRIGGER = "3342; 2620 16452 TRIGGER shop orders a trigger website";
    private static final String CAPITALS = "3343; 1259 16453 INDEX SHOP DAILY website";
    private static final String SERVER = "3344; 1417 16454 SERVER - remote website";
    private static final String QUOTED = "3361; 0 0 COMMENT - SERVER \"remote\" website";

    private final Toc toc = new Toc(List.of(
            "3346; 0 16420 TABLE DATA public orders website",
            "221; 1259 16420 TABLE public orders website",
            "3347; 0 0 SEQUENCE SET public orders_id_seq website",
            "3348; 0 16420 ROW SECURITY public orders website",
            "3349; 2613 16500 BLOB - 16500 website",
            INDEX,
            ANOTHER,
            COMMENT,
            TRIGGER,
            CAPITALS,
            SERVER,
            QUOTED));

    @ParameterizedTest
    @ValueSource(strings = {"INDEX public orders_rated", "INDEX orders_rated"})
    void anEntryIsNamedAsTheListOrAMessageNamesIt(String name) {
        assertThat(toc.leftOut(List.of(name)))
                .containsExactly(
                        entry(INDEX, "INDEX public orders_rated: is left out, as the input asks"),
                        entry(COMMENT, "COMMENT public INDEX orders_rated: is left out with what it is about"));
    }

    @Test
    void namesMayHoldBlanksAndCapitals() {
        assertThat(toc.leftOut(List.of("TRIGGER orders a trigger", "INDEX SHOP DAILY")))
                .containsOnlyKeys(TRIGGER, CAPITALS);
        assertThat(toc.leftOut(List.of("INDEX DAILY"))).containsOnlyKeys(CAPITALS);
        assertThat(toc.leftOut(List.of("SERVER remote"))).containsOnlyKeys(SERVER, QUOTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INDEX orders",
                "INDEX orders_rated website",
                "INDEX public",
                "INDEX",
                "public orders_rated",
                "orders_rated",
                "index orders_rated",
                "INDEX  orders_rated",
                ""
            })
    void whatIsNotThereIsNamed(String name) {
        assertThatExceptionOfType(InvalidInput.class)
                .isThrownBy(() -> toc.leftOut(List.of("INDEX orders_rated", name)))
                .withMessage("leaveOut: the dump has no entry \"%s\"", name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TABLE orders",
                "TABLE DATA public orders",
                "SEQUENCE SET orders_id_seq",
                "ROW SECURITY orders",
                "BLOB - 16500"
            })
    void whatHoldsDataOrHidesSomeIsNot(String name) {
        assertThatExceptionOfType(InvalidInput.class)
                .isThrownBy(() -> toc.leftOut(List.of(name)))
                .withMessageContaining("leaveOut: \"" + name + "\" holds data, or hides some");
    }
}
