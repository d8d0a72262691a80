package steward.infra;

import java.nio.file.Path;

/**
 * Where the app finds what it deploys.
 *
 * @param root the repository's root: also the context of the task's image
 * @param function the zip with the functions' jars
 */
public record Paths(Path root, Path function) {
    /** The ones of a build in this repository. */
    public static Paths of(Path root) {
        return new Paths(root, root.resolve("functions/target/functions.zip"));
    }

    Path clients() {
        return root.resolve("infra/clients");
    }

    Path stateMachines() {
        return root.resolve("statemachines");
    }
}
