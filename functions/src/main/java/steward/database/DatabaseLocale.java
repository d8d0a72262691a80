package steward.database;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import steward.Instance;
import steward.error.InvalidInput;
import steward.postgres.Session;
import steward.postgres.UnexpectedSqlError;

/**
 * How a database sorts and what it takes for a letter; it can only be chosen when the database is made
 * (<a href="https://www.postgresql.org/docs/current/sql-createdatabase.html">CREATE DATABASE</a>).
 *
 * @param collate LC_COLLATE, a locale of the server's operating system
 * @param ctype LC_CTYPE, another one
 * @param provider {@code c}: libc; from 15 on {@code i}: ICU; from 17 on {@code b}: built in
 * @param name the provider's locale, unless that is libc
 * @param rules ICU's rules in addition, if there are any; from 16 on
 */
public record DatabaseLocale(
        String collate,
        String ctype,
        String provider,
        @Nullable String name,
        @Nullable String rules) {
    private static final Pattern LIBC = Pattern.compile("[A-Za-z][A-Za-z0-9_.@-]{0,62}");

    /** What selects the five values from pg_database {@code d}, whose columns differ between the majors. */
    public static final String COLUMNS = """
            d.datcollate,
            d.datctype,
            coalesce(to_jsonb(d) ->> 'datlocprovider', 'c'),
            coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'),
            to_jsonb(d) ->> 'daticurules'
            """;

    /** In words, for messages. */
    String text() {
        String libc = collate.equals(ctype) ? collate : "%s with LC_CTYPE %s".formatted(collate, ctype);
        return name == null ? libc : "%s of provider %s, libc's %s".formatted(name, provider, libc);
    }

    /** The end of CREATE DATABASE, with {@code %L} for each of the {@link #values}. */
    String clause(Instance instance) {
        String libc = " LC_COLLATE %L LC_CTYPE %L";
        // From 15 on a locale is the operating system's only if the provider says so.
        return switch (provider) {
            case "i" -> " LOCALE_PROVIDER icu ICU_LOCALE %L" + (rules == null ? "" : " ICU_RULES %L") + libc;
            case "b" -> " LOCALE_PROVIDER builtin BUILTIN_LOCALE %L" + libc;
            default -> (instance.major() >= 15 ? " LOCALE_PROVIDER libc" : "") + libc;
        };
    }

    /** What belongs into the clause, in its order. */
    String[] values() {
        if (name == null) {
            return new String[] {collate, ctype};
        }
        return rules == null ? new String[] {name, collate, ctype} : new String[] {name, rules, collate, ctype};
    }

    /**
     * Asks the server for it: only the server knows its operating system's locales, and whether it was built with ICU.
     *
     * @param encoding of the database that is to have it
     * @throws InvalidInput naming what it does not have
     */
    void require(Session session, Instance instance, String encoding) {
        requireName(collate);
        requireName(ctype);
        // A locale is one of an encoding, and a collation that of the database it is made in: whether there is
        // de_DE.iso88591 only CREATE DATABASE can say.
        if (session.isTrue(
                "SELECT encoding = pg_char_to_encoding(?) FROM pg_database WHERE datname = current_database()",
                encoding)) {
            requireCollation(session, "libc", collate);
            requireCollation(session, "libc", ctype);
        }
        if (provider.equals("c") && name == null && rules == null) {
            return;
        }
        int since = provider.equals("b") ? 17 : 15;
        if (!provider.matches("[ib]") || name == null) {
            throw new InvalidInput("locale: there is no provider \"%s\" with name \"%s\"".formatted(provider, name));
        }
        if (instance.major() < since) {
            throw new InvalidInput("locale: Postgres %d has no databases with locale provider \"%s\", only %d has"
                    .formatted(instance.major(), provider, since));
        }
        requireCollation(session, provider.equals("i") ? "icu" : "builtin", name);
    }

    private static void requireName(String locale) {
        if (!LIBC.matcher(locale).matches()) {
            throw new InvalidInput("locale: must be letters, digits, _ . @ and hyphens, such as en_US.UTF-8");
        }
    }

    /** A collation that is not kept. */
    private static void requireCollation(Session session, String provider, String locale) {
        try {
            session.rollingBack(() -> session.execute(
                    "CREATE COLLATION pg_temp.steward_locale (provider = " + provider + ", locale = %L)", locale));
        } catch (UnexpectedSqlError e) {
            throw e.hasState("22023", "0A000", "42P17")
                    ? new InvalidInput("locale: the server has no locale \"%s\"".formatted(locale), e)
                    : e;
        }
    }
}
