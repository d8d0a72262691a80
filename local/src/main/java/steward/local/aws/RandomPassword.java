package steward.local.aws;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** GetRandomPassword: which characters, and how many. */
record RandomPassword(List<String> alphabets, int length, boolean eachAlphabet) {

    private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
    private static final int MAXIMUM = 4_096;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** @throws AwsError if no password can be made in this way */
    static RandomPassword asked(JsonRequest request) {
        var alphabets = new ArrayList<String>();
        add(alphabets, request, "ExcludeLowercase", "abcdefghijklmnopqrstuvwxyz");
        add(alphabets, request, "ExcludeUppercase", "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        add(alphabets, request, "ExcludeNumbers", "0123456789");
        add(alphabets, request, "ExcludePunctuation", PUNCTUATION);
        if (request.flag("IncludeSpace")) {
            alphabets.add(" ");
        }
        var excluded = request.text("ExcludeCharacters").orElse("");
        alphabets.replaceAll(alphabet -> without(alphabet, excluded));
        alphabets.removeIf(String::isEmpty);
        var password = new RandomPassword(
                alphabets,
                Math.clamp(request.number("PasswordLength").orElse(32), 0, Integer.MAX_VALUE),
                request.flag("RequireEachIncludedType", true));
        password.check();
        return password;
    }

    String make() {
        var characters = new ArrayList<Character>();
        if (eachAlphabet) {
            alphabets.forEach(alphabet -> characters.add(any(alphabet)));
        }
        var all = String.join("", alphabets);
        while (characters.size() < length) {
            characters.add(any(all));
        }
        Collections.shuffle(characters, RANDOM);
        var password = new StringBuilder();
        characters.forEach(password::append);
        return password.toString();
    }

    private void check() {
        if (length < 1 || length > MAXIMUM) {
            throw invalid("PasswordLength must be between 1 and " + MAXIMUM + ".");
        }
        if (alphabets.isEmpty()) {
            throw invalid("No characters are left to make a password of.");
        }
        if (eachAlphabet && length < alphabets.size()) {
            throw invalid("PasswordLength is too small for a character of each required type.");
        }
    }

    private static AwsError invalid(String message) {
        return AwsError.of("InvalidParameterException", message);
    }

    private static void add(List<String> alphabets, JsonRequest request, String excluded, String alphabet) {
        if (!request.flag(excluded)) {
            alphabets.add(alphabet);
        }
    }

    private static String without(String alphabet, String excluded) {
        var rest = new StringBuilder();
        alphabet.chars().filter(character -> excluded.indexOf(character) < 0).forEach(rest::appendCodePoint);
        return rest.toString();
    }

    private static char any(String alphabet) {
        return alphabet.charAt(RANDOM.nextInt(alphabet.length()));
    }
}
