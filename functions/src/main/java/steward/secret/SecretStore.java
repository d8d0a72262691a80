package steward.secret;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.Filter;
import software.amazon.awssdk.services.secretsmanager.model.FilterNameStringType;
import software.amazon.awssdk.services.secretsmanager.model.InvalidRequestException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceExistsException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.SecretListEntry;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;
import software.amazon.awssdk.services.secretsmanager.model.Tag;
import steward.error.NotOurs;
import steward.error.NotPermitted;
import steward.error.ObjectBusy;
import steward.error.ObjectMissing;

/** {@link Secrets} through the SDK. Apart from it, so that the SDK's classes are loaded only where it is needed. */
final class SecretStore implements AutoCloseable {
    private static final String FOLDER = "steward/";
    private static final String PROJECT_TAG = "steward:project";
    private static final String INSTANCE_TAG = "steward:instance";
    private static final String CURRENT = "AWSCURRENT";
    /** The most that there is. */
    private static final long RECOVERY_DAYS = 30;

    private final SecretsManagerClient client;

    /** How a secret is told to be ours. */
    record Label(String name, String description, Map<String, String> tags) {}

    SecretStore(SecretsManagerClient client) {
        this.client = client;
    }

    @Override
    public void close() {
        client.close();
    }

    /** The current version's text; see {@link Secrets#read}. */
    String current(String id) {
        return value(id, CURRENT);
    }

    StoredSecret ensure(SecretName name, UserSecret ifMissing) {
        return ensure(label(name), ifMissing);
    }

    StoredSecret ensure(TemporarySecret secret, UserSecret ifMissing) {
        return ensure(secret.label(), ifMissing);
    }

    private StoredSecret ensure(Label label, UserSecret ifMissing) {
        Optional<DescribeSecretResponse> found = describe(label.name());
        if (found.isEmpty()) {
            return create(label, ifMissing);
        }
        DescribeSecretResponse secret = found.get();
        requireOurs(label, secret);
        boolean deleted = secret.deletedDate() != null;
        if (deleted) {
            client.restoreSecret(request -> request.secretId(label.name()));
        }
        boolean rotating = SecretVersions.pending(secret).isPresent();
        UserSecret value = UserSecret.parse(label.name(), value(label.name(), CURRENT));
        return new StoredSecret(
                secret.arn(), value, rotating, deleted ? StoredSecret.Origin.RESTORED : StoredSecret.Origin.FOUND);
    }

    void requireOursOrMissing(SecretName name) {
        describe(name.text()).ifPresent(secret -> requireOurs(label(name), secret));
    }

    List<SecretName> of(String instance, String user) {
        return client
                .listSecretsPaginator(request -> request.filters(
                        filter(FilterNameStringType.NAME, FOLDER),
                        filter(FilterNameStringType.TAG_KEY, INSTANCE_TAG),
                        filter(FilterNameStringType.TAG_VALUE, instance)))
                .stream()
                .flatMap(page -> page.secretList().stream())
                .flatMap(secret -> nameOf(secret, instance, user).stream())
                .toList();
    }

    /** A filter finds what begins like its value; the name has to be what the tags say. */
    private static Optional<SecretName> nameOf(SecretListEntry secret, String instance, String user) {
        String end = "/%s/%s".formatted(instance, user);
        String name = secret.name();
        if (!name.endsWith(end) || name.length() <= FOLDER.length() + end.length()) {
            return Optional.empty();
        }
        String project = name.substring(FOLDER.length(), name.length() - end.length());
        boolean tagged = secret.tags().contains(tag(PROJECT_TAG, project))
                && secret.tags().contains(tag(INSTANCE_TAG, instance));
        return tagged ? Optional.of(new SecretName(project, instance, user)) : Optional.empty();
    }

    void delete(SecretName name) {
        Optional<DescribeSecretResponse> found = describe(name.text()).filter(secret -> secret.deletedDate() == null);
        if (found.isEmpty()) {
            return;
        }
        requireOurs(label(name), found.get());
        try {
            client.deleteSecret(request -> request.secretId(name.text()).recoveryWindowInDays(RECOVERY_DAYS));
        } catch (InvalidRequestException | ResourceNotFoundException e) {
            // Another run was faster.
            if (describe(name.text())
                    .filter(secret -> secret.deletedDate() == null)
                    .isPresent()) {
                throw e;
            }
        }
    }

    SecretVersions versions(String id) {
        DescribeSecretResponse secret =
                describe(id).orElseThrow(() -> new ObjectMissing("secret %s: does not exist".formatted(id)));
        SecretName name = SecretName.parse(secret.name());
        requireOurs(label(name), secret);
        if (secret.deletedDate() != null) {
            throw new NotOurs("secret %s: is scheduled for deletion".formatted(name));
        }
        return new SecretVersions(client, name, secret);
    }

    private static Label label(SecretName name) {
        return new Label(
                name.text(),
                "Postgres user %s of project %s on instance %s".formatted(name.user(), name.project(), name.instance()),
                Map.of(PROJECT_TAG, name.project(), INSTANCE_TAG, name.instance()));
    }

    private StoredSecret create(Label label, UserSecret value) {
        try {
            String arn = client.createSecret(request -> request.name(label.name())
                            .description(label.description())
                            .secretString(value.json())
                            .tags(label.tags().entrySet().stream()
                                    .map(each -> tag(each.getKey(), each.getValue()))
                                    .toList()))
                    .arn();
            return new StoredSecret(arn, value, false, StoredSecret.Origin.MADE);
        } catch (ResourceExistsException e) {
            throw new ObjectBusy("secret %s: somebody else has just made it".formatted(label.name()), e);
        }
    }

    private Optional<DescribeSecretResponse> describe(String id) {
        try {
            return Optional.of(client.describeSecret(request -> request.secretId(id)));
        } catch (ResourceNotFoundException e) {
            return Optional.empty();
        }
    }

    private static void requireOurs(Label label, DescribeSecretResponse secret) {
        Map<String, String> tags = secret.tags().stream().collect(Collectors.toMap(Tag::key, Tag::value));
        if (!tags.entrySet().containsAll(label.tags().entrySet())) {
            String wanted = label.tags().entrySet().stream()
                    .map(each -> each.getKey() + "=" + each.getValue())
                    .sorted(Comparator.reverseOrder())
                    .collect(Collectors.joining(" and "));
            throw new NotOurs("secret %s: exists, but is not tagged %s".formatted(label.name(), wanted));
        }
    }

    private String value(String id, String stage) {
        try {
            return client.getSecretValue(request -> request.secretId(id).versionStage(stage))
                    .secretString();
        } catch (ResourceNotFoundException e) {
            throw new ObjectMissing("secret %s: does not exist or has no version %s".formatted(id, stage), e);
        } catch (InvalidRequestException e) {
            if (describe(id).filter(secret -> secret.deletedDate() != null).isEmpty()) {
                throw e;
            }
            throw new ObjectMissing("secret %s: is scheduled for deletion".formatted(id), e);
        } catch (SecretsManagerException e) {
            throw isDenied(e) ? new NotPermitted("secret %s: this function may not read it".formatted(id), e) : e;
        }
    }

    private static boolean isDenied(SecretsManagerException failure) {
        return failure.awsErrorDetails() != null
                && "AccessDeniedException".equals(failure.awsErrorDetails().errorCode());
    }

    private static Filter filter(FilterNameStringType key, String value) {
        return Filter.builder().key(key).values(value).build();
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }
}
