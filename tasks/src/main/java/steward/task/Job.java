package steward.task;

import java.util.function.Function;
import steward.Access;
import steward.Instance;
import steward.error.NotPermitted;
import steward.error.ObjectExists;
import steward.error.ServerUnavailable;
import steward.secret.Credentials;

/** What every job works with. */
record Job(Environment environment, String path, Access access, Storage storage, Progress progress) {
    /** The tools for an instance, checked. */
    Tools tools(Instance instance) {
        Tools tools = Tools.of(instance.engineVersion(), instance.major(), path);
        tools.requireAtLeast(environment.minimumClients());
        return tools;
    }

    /** How the tools reach an instance as a project's user. */
    Server server(Instance instance, Credentials credentials, Scratch scratch) {
        return new Server(
                instance,
                credentials.username(),
                scratch.passwordFile("password-" + instance.identifier(), credentials),
                environment.rootCertificates());
    }

    /**
     * Does something with a user's password. It may be rotated between reading and using it: a refused one is read once
     * more.
     *
     * @param secret name or ARN
     */
    <T> T withPassword(String secret, Function<Credentials, T> work) {
        Credentials credentials = access.secrets().read(secret);
        try {
            return work.apply(credentials);
        } catch (PasswordRefused e) {
            Credentials again = access.secrets().read(secret);
            if (again.equals(credentials)) {
                throw new NotPermitted(String.valueOf(e.getMessage()), e);
            }
            try {
                return work.apply(again);
            } catch (ObjectExists second) {
                throw new ServerUnavailable(
                        "the password in secret %s was rotated in the middle, and what was begun is not gone on with: start it again"
                                .formatted(secret),
                        second);
            } catch (RuntimeException second) {
                second.addSuppressed(e);
                throw second;
            }
        }
    }
}
