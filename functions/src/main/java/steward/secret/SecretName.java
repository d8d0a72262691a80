package steward.secret;

import java.util.regex.Pattern;
import steward.error.InvalidInput;

/**
 * The name of a project user's secret. The project is the folder: its servers may read {@code steward/<project>/*} and
 * nothing else.
 */
public record SecretName(String project, String instance, String user) {
    /** What Secrets Manager takes in a name, less the slash. */
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9_+=.@-]+");

    public SecretName {
        if (!PART.matcher(user).matches()) {
            throw new InvalidInput(
                    "user: has a character that its secret's name cannot have (letters, digits and _+=.@- are possible)");
        }
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
