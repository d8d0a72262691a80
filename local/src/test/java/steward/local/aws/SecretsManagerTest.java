package steward.local.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.Filter;
import software.amazon.awssdk.services.secretsmanager.model.FilterNameStringType;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.InvalidNextTokenException;
import software.amazon.awssdk.services.secretsmanager.model.InvalidParameterException;
import software.amazon.awssdk.services.secretsmanager.model.InvalidRequestException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceExistsException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.SecretListEntry;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;
import software.amazon.awssdk.services.secretsmanager.model.SortByType;
import software.amazon.awssdk.services.secretsmanager.model.SortOrderType;
import software.amazon.awssdk.services.secretsmanager.model.Tag;

final class SecretsManagerTest {

    private static final Instant START = Instant.parse("2026-03-01T10:20:30.456Z");

    private final TestTime time = new TestTime(START);
    private final TestEndpoint endpoint = new TestEndpoint(time, call -> call.arguments());
    private final SecretsManagerClient client = endpoint.secretsManager;

    @AfterEach
    void close() {
        endpoint.close();
    }

    @Test
    void aSecretIsCreatedAndRead() {
        var created = client.createSecret(
                it -> it.name("steward/shop/db/app").secretString("one").description("it"));
        var read = value("steward/shop/db/app");

        assertThat(created.arn())
                .matches("arn:aws:secretsmanager:us-east-1:000000000000:secret:steward/shop/db/app-[A-Za-z0-9]{6}");
        assertThat(read.arn()).isEqualTo(created.arn());
        assertThat(read.name()).isEqualTo("steward/shop/db/app");
        assertThat(read.versionId()).isEqualTo(created.versionId());
        assertThat(read.secretString()).isEqualTo("one");
        assertThat(read.versionStages()).containsExactly("AWSCURRENT");
        assertThat(read.createdDate()).isEqualTo(START);
    }

    @Test
    void aBinaryValueComesBackByteForByte() {
        var bytes = SdkBytes.fromByteArray(new byte[] {0, -1, 10, 13, 127});
        client.createSecret(it -> it.name("binary").secretBinary(bytes));

        assertThat(value("binary").secretBinary()).isEqualTo(bytes);
        assertThat(value("binary").secretString()).isNull();
    }

    @Test
    void aSecretIsFoundByNameArnAndPartialArn() {
        var arn =
                client.createSecret(it -> it.name("found").secretString("one")).arn();
        client.createSecret(it -> it.name("found-abcdef").secretString("two"));
        var partial = arn.substring(0, arn.length() - 7);

        assertThat(List.of("found", arn, partial))
                .allSatisfy(id -> assertThat(value(id).secretString()).isEqualTo("one"));
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> value(arn.substring(0, arn.length() - 1)));
    }

    @Test
    void aPartialArnIsNotTheBeginningOfALongerName() {
        var arn =
                client.createSecret(it -> it.name("found").secretString("one")).arn();
        client.createSecret(it -> it.name("found-abcdef").secretString("two"));
        client.deleteSecret(it -> it.secretId("found").forceDeleteWithoutRecovery(true));

        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> value(arn.substring(0, arn.length() - 7)));
    }

    @Test
    void ofManyValuesPutAtOnceNoneIsLostAndOneIsCurrent() throws Exception {
        client.createSecret(it -> it.name("busy"));
        Callable<String> put =
                () -> client.putSecretValue(it -> it.secretId("busy").secretString("value"))
                        .versionId();
        try (var threads = Executors.newFixedThreadPool(16)) {
            for (var result : threads.invokeAll(Collections.nCopies(300, put))) {
                assertThat(result.get()).isNotEmpty();
            }
        }

        assertThat(client
                        .listSecretVersionIdsPaginator(it -> it.secretId("busy").includeDeprecated(true))
                        .stream()
                        .mapToInt(page -> page.versions().size())
                        .sum())
                .isEqualTo(300);
        assertThat(stages("busy").values()).containsExactlyInAnyOrder(List.of("AWSCURRENT"), List.of("AWSPREVIOUS"));
    }

    @Test
    void aMissingSecretOrVersionIsNotFound() {
        client.createSecret(it -> it.name("empty"));
        var version = UUID.randomUUID().toString();

        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> value("missing"))
                .satisfies(e -> assertThat(e.statusCode()).isEqualTo(400))
                .withMessageContaining("Secrets Manager can't find the specified secret.");
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> value("empty"))
                .withMessageContaining("specified secret value for staging label: AWSCURRENT");
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(
                        () -> client.getSecretValue(it -> it.secretId("empty").versionId(version)))
                .withMessageContaining("specified secret value for VersionId: " + version);
    }

    @Test
    void aNewValueMovesCurrentAndPrevious() {
        var first =
                client.createSecret(it -> it.name("moving").secretString("one")).versionId();
        var second = client.putSecretValue(it -> it.secretId("moving").secretString("two"))
                .versionId();
        assertThat(stages("moving")).isEqualTo(Map.of(first, List.of("AWSPREVIOUS"), second, List.of("AWSCURRENT")));

        var third = client.updateSecret(it -> it.secretId("moving").secretString("three"))
                .versionId();
        assertThat(stages("moving")).isEqualTo(Map.of(second, List.of("AWSPREVIOUS"), third, List.of("AWSCURRENT")));
        assertThat(stage("moving", "AWSPREVIOUS").secretString()).isEqualTo("two");
    }

    @Test
    void aPendingValueBecomesCurrentOnlyWhenItIsMoved() {
        var first = client.createSecret(it -> it.name("rotated").secretString("one"))
                .versionId();
        var pending = client.putSecretValue(
                        it -> it.secretId("rotated").secretString("two").versionStages("AWSPENDING"))
                .versionId();
        assertThat(value("rotated").secretString()).isEqualTo("one");
        assertThat(stage("rotated", "AWSPENDING").secretString()).isEqualTo("two");

        client.updateSecretVersionStage(it -> it.secretId("rotated")
                .versionStage("AWSCURRENT")
                .moveToVersionId(pending)
                .removeFromVersionId(first));
        assertThat(stages("rotated"))
                .isEqualTo(Map.of(first, List.of("AWSPREVIOUS"), pending, List.of("AWSCURRENT", "AWSPENDING")));

        client.updateSecretVersionStage(
                it -> it.secretId("rotated").versionStage("AWSPENDING").removeFromVersionId(pending));
        client.updateSecretVersionStage(it -> it.secretId("rotated")
                .versionStage("AWSCURRENT")
                .moveToVersionId(first)
                .removeFromVersionId(pending));
        assertThat(stages("rotated")).isEqualTo(Map.of(first, List.of("AWSCURRENT"), pending, List.of("AWSPREVIOUS")));
    }

    @Test
    void theFirstVersionIsCurrentWhateverItsStages() {
        client.createSecret(it -> it.name("first"));
        var put = client.putSecretValue(
                it -> it.secretId("first").secretString("one").versionStages("AWSPENDING"));

        assertThat(put.versionStages()).containsExactly("AWSCURRENT", "AWSPENDING");
    }

    @Test
    void aStageThatIsElsewhereIsNotMovedOrRemoved() {
        var first = client.createSecret(it -> it.name("guarded").secretString("one"))
                .versionId();
        var second = client.putSecretValue(it -> it.secretId("guarded").secretString("two"))
                .versionId();

        assertThatExceptionOfType(InvalidParameterException.class)
                .isThrownBy(() -> client.updateSecretVersionStage(
                        it -> it.secretId("guarded").versionStage("AWSCURRENT").moveToVersionId(first)))
                .withMessageContaining("is currently attached to version " + second);
        assertThatExceptionOfType(InvalidParameterException.class)
                .isThrownBy(() -> client.updateSecretVersionStage(it -> it.secretId("guarded")
                        .versionStage("AWSCURRENT")
                        .moveToVersionId(first)
                        .removeFromVersionId(first)));
        assertThatExceptionOfType(InvalidParameterException.class)
                .isThrownBy(() -> client.updateSecretVersionStage(
                        it -> it.secretId("guarded").versionStage("AWSCURRENT").removeFromVersionId(second)))
                .withMessageContaining("can't be completely removed");
        assertThat(stages("guarded")).isEqualTo(Map.of(first, List.of("AWSPREVIOUS"), second, List.of("AWSCURRENT")));
    }

    @Test
    void aVersionAndAStageThatDoNotBelongTogetherAreRefused() {
        var first =
                client.createSecret(it -> it.name("both").secretString("one")).versionId();
        client.putSecretValue(it -> it.secretId("both").secretString("two"));

        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> client.getSecretValue(
                        it -> it.secretId("both").versionId(first).versionStage("AWSCURRENT")))
                .withMessageContaining("not associated to the provided VersionId");
    }

    @Test
    void aVersionWithoutStagesIsNotShown() {
        var first = client.createSecret(it -> it.name("deprecated").secretString("one"))
                .versionId();
        client.putSecretValue(it -> it.secretId("deprecated").secretString("two"));
        client.putSecretValue(it -> it.secretId("deprecated").secretString("three"));

        var listed =
                client.listSecretVersionIds(it -> it.secretId("deprecated")).versions();
        var all = client.listSecretVersionIds(it -> it.secretId("deprecated").includeDeprecated(true))
                .versions();
        assertThat(stages("deprecated")).hasSize(2).doesNotContainKey(first);
        assertThat(listed).hasSize(2).noneMatch(version -> version.versionId().equals(first));
        assertThat(all).hasSize(3).anyMatch(version -> version.versionId().equals(first));
    }

    @Test
    void theSameTokenWithTheSameValueChangesNothing() {
        var token = UUID.randomUUID().toString();
        var created =
                client.createSecret(it -> it.name("twice").secretString("one").clientRequestToken(token));
        var again =
                client.createSecret(it -> it.name("twice").secretString("one").clientRequestToken(token));
        var put = client.putSecretValue(
                it -> it.secretId("twice").secretString("one").clientRequestToken(token));

        assertThat(again.arn()).isEqualTo(created.arn());
        assertThat(put.versionId()).isEqualTo(token);
        assertThat(stages("twice")).isEqualTo(Map.of(token, List.of("AWSCURRENT")));
    }

    @Test
    void theSameTokenWithAnotherValueIsRefused() {
        var token = UUID.randomUUID().toString();
        client.createSecret(it -> it.name("twice").secretString("one").clientRequestToken(token));

        assertThatExceptionOfType(ResourceExistsException.class)
                .isThrownBy(() -> client.putSecretValue(
                        it -> it.secretId("twice").secretString("two").clientRequestToken(token)))
                .withMessageContaining("You can't use ClientRequestToken " + token)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("two"));
        assertThatExceptionOfType(ResourceExistsException.class)
                .isThrownBy(() -> client.createSecret(
                        it -> it.name("twice").secretString("two").clientRequestToken(token)));
        assertThatExceptionOfType(ResourceExistsException.class)
                .isThrownBy(() -> client.updateSecret(
                        it -> it.secretId("twice").secretString("one").clientRequestToken(token)));
        assertThat(value("twice").secretString()).isEqualTo("one");
    }

    @Test
    void aNameIsTakenUntilTheSecretIsGone() {
        client.createSecret(it -> it.name("taken").secretString("one"));
        assertThatExceptionOfType(ResourceExistsException.class)
                .isThrownBy(() -> client.createSecret(it -> it.name("taken").secretString("two")))
                .withMessageContaining("The operation failed because the secret taken already exists.");

        client.deleteSecret(it -> it.secretId("taken"));
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> client.createSecret(it -> it.name("taken").secretString("two")))
                .withMessageContaining("already scheduled for deletion");

        client.deleteSecret(it -> it.secretId("taken").forceDeleteWithoutRecovery(true));
        client.createSecret(it -> it.name("taken").secretString("two"));
        assertThat(value("taken").secretString()).isEqualTo("two");
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space", "colon:", "ümlaut", "back\\slash"})
    void aBadNameIsRefused(String name) {
        assertThatExceptionOfType(SecretsManagerException.class)
                .isThrownBy(() -> client.createSecret(it -> it.name(name).secretString("one")))
                .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ValidationException"));
    }

    @Test
    void aSecretScheduledForDeletionIsNotReadableUntilItIsRestored() {
        client.createSecret(it -> it.name("leaving").secretString("one"));
        var deleted = client.deleteSecret(it -> it.secretId("leaving").recoveryWindowInDays(7L));

        assertThat(deleted.deletionDate()).isEqualTo(START.plus(Duration.ofDays(7)));
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> value("leaving"))
                .withMessageContaining(
                        "You can't perform this operation on the secret because it was marked for deletion.");
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(
                        () -> client.putSecretValue(it -> it.secretId("leaving").secretString("two")));
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> client.deleteSecret(it -> it.secretId("leaving")));
        assertThat(client.describeSecret(it -> it.secretId("leaving")).deletedDate())
                .isEqualTo(START.plus(Duration.ofDays(7)));
        assertThat(client.listSecrets().secretList()).isEmpty();
        assertThat(client.listSecrets(it -> it.includePlannedDeletion(true)).secretList())
                .hasSize(1);

        client.restoreSecret(it -> it.secretId("leaving"));
        assertThat(value("leaving").secretString()).isEqualTo("one");
        assertThat(client.describeSecret(it -> it.secretId("leaving")).deletedDate())
                .isNull();
    }

    @Test
    void aSecretIsGoneAfterItsRecoveryWindow() {
        client.createSecret(it -> it.name("leaving").secretString("one"));
        client.deleteSecret(it -> it.secretId("leaving").recoveryWindowInDays(7L));

        time.pass(Duration.ofDays(7).minusSeconds(1));
        assertThat(client.describeSecret(it -> it.secretId("leaving")).name()).isEqualTo("leaving");
        time.pass(Duration.ofSeconds(1));
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> client.restoreSecret(it -> it.secretId("leaving")));
    }

    @Test
    void aRecoveryWindowIsSevenToThirtyDaysAndNotForced() {
        client.createSecret(it -> it.name("kept").secretString("one"));

        assertThat(List.of(6L, 31L))
                .allSatisfy(days -> assertThatExceptionOfType(InvalidParameterException.class)
                        .isThrownBy(() ->
                                client.deleteSecret(it -> it.secretId("kept").recoveryWindowInDays(days))));
        assertThatExceptionOfType(InvalidParameterException.class)
                .isThrownBy(() -> client.deleteSecret(
                        it -> it.secretId("kept").recoveryWindowInDays(7L).forceDeleteWithoutRecovery(true)));
        assertThat(value("kept").secretString()).isEqualTo("one");
    }

    @Test
    void aForcedDeletionIsAtOnceAndNeedsNoSecret() {
        client.createSecret(it -> it.name("gone").secretString("one"));
        client.deleteSecret(it -> it.secretId("gone").forceDeleteWithoutRecovery(true));
        var again = client.deleteSecret(it -> it.secretId("gone").forceDeleteWithoutRecovery(true));

        assertThat(again.name()).isEqualTo("gone");
        assertThatExceptionOfType(ResourceNotFoundException.class).isThrownBy(() -> value("gone"));
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> client.deleteSecret(it -> it.secretId("gone")));
    }

    @Test
    void descriptionKeyAndTagsAreKept() {
        client.createSecret(it -> it.name("described")
                .description("first")
                .kmsKeyId("alias/steward")
                .tags(tag("steward:project", "shop"), tag("steward:instance", "db")));
        client.updateSecret(it -> it.secretId("described").description("second"));
        client.tagResource(it -> it.secretId("described").tags(tag("steward:project", "store"), tag("new", "")));
        client.untagResource(it -> it.secretId("described").tagKeys("steward:instance"));

        var described = client.describeSecret(it -> it.secretId("described"));
        assertThat(described.description()).isEqualTo("second");
        assertThat(described.kmsKeyId()).isEqualTo("alias/steward");
        assertThat(described.tags()).containsExactly(tag("new", ""), tag("steward:project", "store"));
        assertThat(described.versionIdsToStages()).isEmpty();
        assertThatExceptionOfType(InvalidParameterException.class)
                .isThrownBy(
                        () -> client.tagResource(it -> it.secretId("described").tags(tag("aws:mine", "x"))));
    }

    @Test
    void theDayOfTheLastAccessIsTold() {
        client.createSecret(it -> it.name("read").secretString("one"));
        assertThat(client.describeSecret(it -> it.secretId("read")).lastAccessedDate())
                .isNull();

        value("read");
        var described = client.describeSecret(it -> it.secretId("read"));
        assertThat(described.lastAccessedDate()).isEqualTo(Instant.parse("2026-03-01T00:00:00Z"));
        assertThat(described.createdDate()).isEqualTo(START);
        assertThat(described.lastChangedDate()).isEqualTo(START);
    }

    @Test
    void secretsAreFoundByEachFilter() {
        client.createSecret(
                it -> it.name("steward/shop/db/app").description("The Shop").tags(tag("steward:project", "shop")));
        client.createSecret(
                it -> it.name("steward/blog/db/app").tags(tag("steward:project", "blog"), tag("x", "shop")));
        client.createSecret(it -> it.name("other").description("shop elsewhere"));

        assertThat(found(FilterNameStringType.NAME, "steward/")).hasSize(2);
        assertThat(found(FilterNameStringType.NAME, "!steward/")).containsExactly("other");
        assertThat(found(FilterNameStringType.NAME, "other", "steward/blog")).hasSize(2);
        assertThat(found(FilterNameStringType.DESCRIPTION, "the s")).containsExactly("steward/shop/db/app");
        assertThat(found(FilterNameStringType.TAG_KEY, "x")).containsExactly("steward/blog/db/app");
        assertThat(found(FilterNameStringType.TAG_VALUE, "shop")).hasSize(2);
        assertThat(found(FilterNameStringType.ALL, "SHOP")).hasSize(3);
        assertThat(found(FilterNameStringType.OWNING_SERVICE, "rds")).isEmpty();
    }

    @Test
    void pagesHoldEverySecretOnceEvenIfSomeAreDeletedMeanwhile() {
        IntStream.range(0, 25).forEach(number -> client.createSecret(it -> it.name("secret-" + number)));

        var names = client.listSecretsPaginator(it -> it.maxResults(10)).stream()
                .flatMap(page -> page.secretList().stream())
                .map(SecretListEntry::name)
                .peek(name -> client.deleteSecret(it -> it.secretId(name).forceDeleteWithoutRecovery(true)))
                .toList();
        assertThat(names).hasSize(25).doesNotHaveDuplicates();
        assertThat(client.listSecrets().secretList()).isEmpty();
    }

    @Test
    void secretsAreSortedAsAsked() {
        List.of("b", "c", "a").forEach(name -> client.createSecret(it -> it.name(name)));

        assertThat(client.listSecrets().secretList())
                .extracting(SecretListEntry::name)
                .containsExactly("b", "c", "a");
        assertThat(client.listSecrets(it -> it.sortBy(SortByType.NAME).sortOrder(SortOrderType.DESC))
                        .secretList())
                .extracting(SecretListEntry::name)
                .containsExactly("c", "b", "a");
    }

    @Test
    void aForeignTokenIsRefused() {
        assertThatExceptionOfType(InvalidNextTokenException.class)
                .isThrownBy(() -> client.listSecrets(it -> it.nextToken("*")));
    }

    @Test
    void aRandomPasswordHasWhatWasAskedFor() {
        var digits = client.getRandomPassword(it -> it.passwordLength(50L)
                .excludeLowercase(true)
                .excludeUppercase(true)
                .excludePunctuation(true)
                .excludeCharacters("01"));
        var any = client.getRandomPassword();

        assertThat(digits.randomPassword()).matches("[2-9]{50}");
        assertThat(any.randomPassword())
                .hasSize(32)
                .containsPattern("[a-z]")
                .containsPattern("[A-Z]")
                .containsPattern("[0-9]")
                .containsPattern("[^A-Za-z0-9]");
        assertThatExceptionOfType(InvalidParameterException.class)
                .isThrownBy(() -> client.getRandomPassword(it -> it.passwordLength(3L)));
    }

    @Test
    void aSecretHasNoResourcePolicy() {
        client.createSecret(it -> it.name("plain"));

        assertThat(client.getResourcePolicy(it -> it.secretId("plain")).resourcePolicy())
                .isNull();
    }

    @Test
    void ofManyCreatedAtOnceUnderOneNameOneIsMade() throws Exception {
        Callable<Boolean> create = () -> {
            try {
                client.createSecret(it -> it.name("contested").secretString("one"));
                return true;
            } catch (ResourceExistsException e) {
                return false;
            }
        };
        try (var threads = Executors.newFixedThreadPool(16)) {
            var made = 0;
            for (var result : threads.invokeAll(Collections.nCopies(64, create))) {
                made += result.get() ? 1 : 0;
            }
            assertThat(made).isEqualTo(1);
        }
    }

    private GetSecretValueResponse value(String id) {
        return client.getSecretValue(it -> it.secretId(id));
    }

    private GetSecretValueResponse stage(String id, String stage) {
        return client.getSecretValue(it -> it.secretId(id).versionStage(stage));
    }

    private Map<String, List<String>> stages(String id) {
        return client.describeSecret(it -> it.secretId(id)).versionIdsToStages();
    }

    private List<String> found(FilterNameStringType key, String... values) {
        return client
                .listSecrets(it ->
                        it.filters(Filter.builder().key(key).values(values).build()))
                .secretList()
                .stream()
                .map(SecretListEntry::name)
                .toList();
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }
}
