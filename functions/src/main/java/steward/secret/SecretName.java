package steward.secret;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import steward.error.InvalidInput;
import steward.error.NotOurs;

/**
 * The name of a project user's secret. The project is the folder: its servers may read {@code steward/<project>/*} and
 * nothing else.
 */
public record SecretName(String project, String instance, String user) {
    /** What Secrets Manager takes in a name, less the slash. */
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9_+=.@-]+");

    private static final Pattern TEXT =
            Pattern.compile("steward/([a-z][a-z0-9_-]{0,62})/([a-zA-Z][a-zA-Z0-9-]{0,62})/([A-Za-z0-9_+=.@-]+)");

    public SecretName {
        if (!PART.matcher(user).matches()) {
            throw new InvalidInput(
                    "user: has a character that its secret's name cannot have (letters, digits and _+=.@- are possible)");
        }
    }

    /**
     * Reads the name of a secret.
     *
     * @throws NotOurs if it is not one that Steward gives
     */
    public static SecretName parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new NotOurs("secret %s: is not named steward/<project>/<instance>/<user>".formatted(text));
        }
        return new SecretName(parts.group(1), parts.group(2), parts.group(3));
    }

    /** {@code steward/<project>/<instance>/<user>}. */
    public String text() {
        return "steward/%s/%s/%s".formatted(project, instance, user);
    }

    @Override
    public String toString() {
        return text();
    }
}
