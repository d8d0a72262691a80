package steward.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FileSettingsTest {
    private static final String SCRIPT = """
            SET statement_timeout = 0;
            CREATE DATABASE "a site" WITH TEMPLATE = template0 ENCODING = 'UTF8';
            ALTER DATABASE "a site" OWNER TO old;
            \\connect "a site"
            SET client_encoding = 'UTF8';
            ALTER DATABASE "a site" CONNECTION LIMIT = 7;
            ALTER DATABASE "a site" SET work_mem TO '8MB';
            ALTER DATABASE "a site" SET search_path TO 'App "x"', 'public';
            ALTER DATABASE "a site" SET temp_tablespaces TO '';
            ALTER DATABASE "a site" SET "its.own" TO 'two
            lines; ALTER ROLE evil SET x TO ''y'';';
            ALTER DATABASE "a site" SET "DateStyle" TO 'ISO, MDY';
            ALTER ROLE "an ""owner\""" IN DATABASE "a site" SET statement_timeout TO '1h';
            ALTER ROLE other IN DATABASE "a site" SET application_name TO E'back\\\\slash';
            """;

    @Test
    void settingsAreReadAsTheCatalogueHasThem() {
        FileSettings found = FileSettings.parse(SCRIPT, "an \"owner\"");

        assertThat(found.database())
                .containsExactly(
                        "work_mem=8MB",
                        "search_path=\"App \"\"x\"\"\", \"public\"",
                        "temp_tablespaces=",
                        "its.own=two\nlines; ALTER ROLE evil SET x TO 'y';",
                        "DateStyle=ISO, MDY");
        assertThat(found.user()).containsExactly("statement_timeout=1h");
        assertThat(found.notes())
                .containsExactly(
                        "setting application_name of user \"other\" in the database: is not restored, since the user may not be there");
    }

    @Test
    void anotherUsersSettingsAreTold() {
        assertThat(FileSettings.parse(SCRIPT, "other").user()).containsExactly("application_name=back\\slash");
        assertThat(FileSettings.parse(SCRIPT, "other").notes())
                .hasSize(1)
                .first()
                .asString()
                .contains("an \"owner\"");
    }

    @Test
    void aValueMayBeLong() {
        String value = "a long '' value ".repeat(10_000);

        assertThat(FileSettings.parse("ALTER DATABASE a SET \"its.own\" TO '" + value + "';\n", "a")
                        .database())
                .containsExactly("its.own=" + value.replace("''", "'"));
    }

    @Test
    void whatCannotBeReadIsTold() {
        FileSettings found = FileSettings.parse("ALTER DATABASE a SET work_mem TO 8MB;\n", "a");

        assertThat(found.database()).isEmpty();
        assertThat(found.notes()).hasSize(1).first().asString().startsWith("1 settings of the database");
    }
}
