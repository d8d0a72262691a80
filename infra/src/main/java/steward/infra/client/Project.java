package steward.infra.client;

import java.util.List;
import java.util.Optional;

/**
 * A site or project with databases of its own.
 *
 * @param postgres the major version that it is built for
 * @param production identifier of its instance
 * @param staging identifier of its instance
 * @param readers ARNs of the roles of its servers: they may read {@code steward/<name>/*}
 */
public record Project(
        String name, int postgres, Optional<String> production, Optional<String> staging, List<String> readers) {}
