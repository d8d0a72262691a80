package steward.infra.client;

import java.util.List;
import java.util.Optional;

/**
 * Somebody who may start workflows: people or a CI system, through a role of that name.
 *
 * @param role ARN of the role (of this or another account) that may assume it
 * @param github a GitHub repository whose jobs may assume it
 */
public record Starter(String name, List<String> workflows, Optional<String> role, Optional<GitHub> github) {
    /**
     * A repository's jobs, by OpenID Connect.
     *
     * @param repository {@code owner/name}
     * @param environment the GitHub environment in which the job has to run
     */
    public record GitHub(String repository, String environment) {}
}
