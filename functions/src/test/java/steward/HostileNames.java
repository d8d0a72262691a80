package steward;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Names that nobody would give, from a seed: what breaks quoting, cutting, comparing and encoding. */
public final class HostileNames {
    private static final List<String> PIECES = List.of(
            "\"",
            "'",
            "\"\"",
            "''",
            "\\",
            "\\'",
            ";",
            "--",
            "/*",
            "*/",
            "$$",
            "$1",
            "%I",
            "%L",
            "%s",
            "%",
            "?",
            "{%",
            "%}",
            "${x}",
            "\n",
            "\r",
            "\t",
            "\0",
            "\u0001",
            "\u007f",
            " ",
            "\u00a0",
            "\u200b",
            "\u202e",
            "\ufeff",
            "\u0301",
            "é",
            "e\u0301",
            "ß",
            "İ",
            "ı",
            "ſ",
            "K",
            "😀",
            "\ud83d",
            "\ude00",
            "\uffff",
            "中",
            "pg_",
            "rds",
            "rdsadmin",
            "steward",
            "steward-tmp-",
            "postgres",
            "template0",
            "master",
            "public",
            "none",
            "PUBLIC",
            "current_user",
            "DROP DATABASE x",
            "OR 1=1",
            "/",
            "..",
            ".",
            ":",
            "=",
            "-",
            "_",
            "@",
            "+",
            ",");

    private static final String PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789_";

    private HostileNames() {}

    /** So many, no two alike. */
    public static Set<String> random(long seed, int count) {
        Random random = new Random(seed);
        Set<String> names = new LinkedHashSet<>();
        while (names.size() < count) {
            names.add(one(random));
        }
        return names;
    }

    private static String one(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> plain(random, 1 + random.nextInt(5));
            case 1 -> plain(random, 60 + random.nextInt(8));
            case 2 -> filled(random, random.nextBoolean() ? "é" : "😀");
            case 3 -> PIECES.get(random.nextInt(PIECES.size())) + plain(random, random.nextInt(6));
            case 4 -> plain(random, 1 + random.nextInt(6)).toUpperCase(java.util.Locale.ROOT) + plain(random, 2);
            default -> mixed(random);
        };
    }

    private static String plain(Random random, int length) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < length; i++) {
            name.append(PLAIN.charAt(random.nextInt(PLAIN.length())));
        }
        return name.toString();
    }

    private static String mixed(Random random) {
        StringBuilder name = new StringBuilder();
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
            name.append(PIECES.get(random.nextInt(PIECES.size()))).append(plain(random, random.nextInt(4)));
        }
        return name.toString();
    }

    /** Just as long as possible, or a byte more: characters of several bytes across the limit. */
    private static String filled(Random random, String wide) {
        StringBuilder name = new StringBuilder(plain(random, 1 + random.nextInt(8)));
        int bytes = 60 + random.nextInt(6);
        while (name.toString().getBytes(StandardCharsets.UTF_8).length < bytes) {
            name.append(wide);
        }
        return name.toString();
    }
}
