package steward.secret;

import java.util.Optional;

/** A way to read secrets that loads less than the SDK's client does. */
public sealed interface SecretReader permits SecretsExtension, SignedRead {
    /** The text of a secret's current version; empty if it cannot be read, for whatever reason. */
    Optional<String> current(String id);
}
