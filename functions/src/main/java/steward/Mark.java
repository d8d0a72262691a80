package steward;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Steward's mark: the comment on a role or database that says which project it belongs to. Only what carries it is
 * touched; that something exists under the right name proves nothing.
 */
public record Mark(String project) {
    private static final Pattern TEXT =
            Pattern.compile("steward:project=([a-z][a-z0-9_-]{0,62})(?: dropping (.*))?", Pattern.DOTALL);

    /** The comment's text. */
    public String text() {
        return "steward:project=" + project;
    }

    /** The comment of what is being dropped: the mark, and what is needed to undo the preparations. */
    public String textWhileDropping(String before) {
        return text() + " dropping " + before;
    }

    /** What {@link #textWhileDropping} kept, if the comment is of something that is being dropped. */
    public static Optional<String> beforeDropping(@Nullable String comment) {
        if (comment == null) {
            return Optional.empty();
        }
        Matcher matcher = TEXT.matcher(comment);
        return matcher.matches() ? Optional.ofNullable(matcher.group(2)) : Optional.empty();
    }

    /** The mark in a comment, if the comment is one. */
    public static Optional<Mark> parse(@Nullable String comment) {
        if (comment == null) {
            return Optional.empty();
        }
        Matcher matcher = TEXT.matcher(comment);
        return matcher.matches() ? Optional.of(new Mark(matcher.group(1))) : Optional.empty();
    }
}
