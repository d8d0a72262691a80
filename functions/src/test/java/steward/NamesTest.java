package steward;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import steward.error.InvalidInput;

final class NamesTest {
    private static final String LONGEST = "a".repeat(63);

    @ParameterizedTest
    @ValueSource(strings = {"site", "site_prod", "s", "s1", "masters", "publicity", "a__"})
    void plainNamesCanBeCreated(String name) {
        assertThatCode(() -> Names.requireCreatable("database", name)).doesNotThrowAnyException();
    }

    @Test
    void sixtyThreeBytesAreTheLimit() {
        assertThatCode(() -> Names.requireCreatable("user", LONGEST)).doesNotThrowAnyException();
        refused(LONGEST + "a");
        assertThatCode(() -> Names.requireExisting("user", LONGEST)).doesNotThrowAnyException();
        assertThatThrownBy(() -> Names.requireExisting("user", LONGEST + "a"))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("user: has 64 bytes, but Postgres keeps only 63 of a name");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Site",
                "1site",
                "_site",
                "site-prod",
                "si te",
                "site\"",
                "site'",
                "site;",
                "site\n",
                "sité",
                "site\0",
                "\ud800",
                "pg_site",
                "rdsadmin",
                "rds",
                "steward",
                "steward_x",
                "postgres",
                "template0",
                "template1",
                "templates",
                "master",
                "public",
                "none"
            })
    void anythingElseIsRefused(String name) {
        refused(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Site", "1site", "site-prod", "si te", "sité", "site\"", "site'"})
    void whatExistsMayHaveAnyNameThatPostgresKeeps(String name) {
        assertThatCode(() -> Names.requireExisting("database", name)).doesNotThrowAnyException();
        assertThatCode(() -> Names.requireOwn("database", name, true)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\0b", "a\ud800b", "ééééééééééééééééééééééééééééééé1é"})
    void whatPostgresCannotKeepIsRefusedEverywhere(String name) {
        assertThatThrownBy(() -> Names.requireExisting("database", name))
                .isInstanceOf(InvalidInput.class)
                .hasMessageStartingWith("database: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "template1", "rdsadmin", "pg_monitor", "steward-tmp-1"})
    void systemObjectsCannotBeAdopted(String name) {
        assertThatThrownBy(() -> Names.requireOwn("user", name, true))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("user: \"" + name + "\" is reserved");
    }

    @Test
    void projectsAreFoldersAndMayHaveHyphens() {
        assertThatCode(() -> Names.requireProject("project", "acme-site")).doesNotThrowAnyException();
        assertThatThrownBy(() -> Names.requireProject("project", "acme/site"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageStartingWith("project: \"acme/site\" must be");
    }

    private static void refused(String name) {
        assertThatThrownBy(() -> Names.requireCreatable("database", name))
                .isInstanceOf(InvalidInput.class)
                .hasMessageStartingWith("database: ");
    }
}
