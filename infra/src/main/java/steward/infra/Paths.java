package steward.infra;

import java.nio.file.Path;

/**
 * Where the app finds what it deploys.
 *
 * @param root the repository's root: also the context of the task's image
 * @param function the zip with the functions' jars
 * @param clients the folder of the clients' files
 */
public record Paths(Path root, Path function, Path clients) {
    /** The ones of a build in this repository. The property {@code steward.clients} names another folder of clients. */
    public static Paths of(Path root) {
        return new Paths(
                root,
                root.resolve("functions/target/functions.zip"),
                root.resolve(System.getProperty("steward.clients", "infra/clients")));
    }

    Path stateMachines() {
        return root.resolve("statemachines");
    }
}
