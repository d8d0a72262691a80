package steward.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import steward.HostileNames;
import steward.Instance;
import steward.Names;
import steward.error.InvalidInput;

final class NameWhileMakingTest {
    private static final Instance INSTANCE = new Instance("i", "host", 5432, "17.1", "arn");

    @Test
    void noTwoRequestsMeetAndNoneMeetsATenantsName() {
        Random random = new Random(1);
        List<String> names = new ArrayList<>(HostileNames.random(1, 5_000));
        Set<String> requests = new HashSet<>();
        Set<String> making = new HashSet<>();
        for (int i = 0; i < 5_000; i++) {
            String project = names.get(random.nextInt(names.size()));
            String database = names.get(random.nextInt(names.size()));
            DatabaseLocale locale = random.nextBoolean() ? null : new DatabaseLocale("C", "C", "c", null, null);
            if (isPossible(project, database) && requests.add(project + "\n" + database + "\n" + locale)) {
                making.add(name(project, database, locale));
            }
        }
        assertThat(requests).hasSizeGreaterThan(100);
        assertThat(making).hasSize(requests.size()).allSatisfy(name -> {
            assertThat(name).matches("steward-tmp-[0-9a-f]{32}");
            assertThat(isPossible("p", name)).isFalse();
        });
    }

    private static String name(String project, String database, @Nullable DatabaseLocale locale) {
        return CreateDatabase.nameWhileMaking(
                new CreateDatabase.Input(INSTANCE, project, database, "user", "UTF8", locale, false));
    }

    private static boolean isPossible(String project, String database) {
        try {
            Names.requireProject("project", project);
            Names.requireCreatable("database", database);
            return true;
        } catch (InvalidInput e) {
            return false;
        }
    }
}
