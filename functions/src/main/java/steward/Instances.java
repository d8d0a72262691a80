package steward;

import steward.error.ObjectMissing;

/**
 * The instances that a function knows by itself. A workflow looks its instance up, but Secrets Manager names nothing but
 * a secret when it asks for a rotation. What a secret says about its host is not believed: whoever may write the secret
 * would choose where the master logs in.
 */
@FunctionalInterface
public interface Instances {
    /** Knows none. */
    Instances NONE = identifier -> {
        throw new ObjectMissing("instance %s: is not among those that this function is told of".formatted(identifier));
    };

    /**
     * The instance of that identifier.
     *
     * @throws ObjectMissing if it is not known
     */
    Instance named(String identifier);
}
