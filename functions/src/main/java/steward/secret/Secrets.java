package steward.secret;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import steward.error.NotOurs;
import steward.error.NotPermitted;
import steward.error.ObjectBusy;
import steward.error.ObjectMissing;

/**
 * The secrets of master and project users in AWS Secrets Manager. Values are never cached: they are rotated.
 *
 * <p>The SDK is two thirds of what a cold function loads. Where there is a reader that does without it, it is loaded only to
 * write.
 */
public final class Secrets implements AutoCloseable {
    private final Optional<SecretReader> reader;
    private final Supplier<SecretsManagerClient> client;
    private @Nullable SecretStore store;

    public Secrets(SecretsManagerClient client) {
        this(Optional.empty(), () -> client);
    }

    /**
     * Reads through the reader, if there is one.
     *
     * @param client makes one when it is needed
     */
    public Secrets(Optional<SecretReader> reader, Supplier<SecretsManagerClient> client) {
        this.reader = reader;
        this.client = client;
    }

    private synchronized SecretStore store() {
        SecretStore made = store == null ? new SecretStore(client.get()) : store;
        store = made;
        return made;
    }

    @Override
    public synchronized void close() {
        if (store != null) {
            store.close();
        }
    }

    /**
     * User name and password in a secret's current version. What the reader cannot read is asked for once more without it:
     * the SDK says what is wrong.
     *
     * @param id name or ARN
     * @throws ObjectMissing when there is no such secret
     * @throws NotPermitted when this function may not read it
     */
    public Credentials read(String id) {
        String text = reader.flatMap(quick -> quick.current(id)).orElseGet(() -> store().current(id));
        return UserSecret.credentials(id, text);
    }

    /**
     * The same, never out of a cache that somebody has left switched on beside the function: for when the server refuses
     * what was read.
     */
    public Credentials readPastCaches(String id) {
        return UserSecret.credentials(id, store().current(id));
    }

    /**
     * The secret of a project's user, with a new password if there is none yet. One that is scheduled for deletion is
     * restored if it is ours.
     *
     * @throws NotOurs when a secret of that name carries other tags
     * @throws ObjectBusy when somebody else has just made it
     */
    public StoredSecret ensure(SecretName name, UserSecret ifMissing) {
        return store().ensure(name, ifMissing);
    }

    /** The same for the secret of a user on a temporary instance, which is not kept with those of its project. */
    public StoredSecret ensure(TemporarySecret secret, UserSecret ifMissing) {
        return store().ensure(secret, ifMissing);
    }

    /**
     * Refuses a secret of that name which carries other tags than ours.
     *
     * @throws NotOurs if there is one
     */
    public void requireOursOrMissing(SecretName name) {
        store().requireOursOrMissing(name);
    }

    /** The names of all secrets of an instance's user, whichever project they are of; not those that are deleted. */
    public List<SecretName> of(String instance, String user) {
        return store().of(instance, user);
    }

    /**
     * Deletes a secret, which can be restored for 30 days; nothing if it is gone.
     *
     * @throws NotOurs when a secret of that name carries other tags
     */
    public void delete(SecretName name) {
        store().delete(name);
    }

    /**
     * The versions of a user's secret.
     *
     * @param id name or ARN
     * @throws ObjectMissing when there is no such secret
     * @throws NotOurs when its name or tags are not those that we give, or when it is scheduled for deletion
     */
    public SecretVersions versions(String id) {
        return store().versions(id);
    }
}
