package steward.infra.client;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import steward.infra.client.Instance.Stage;
import steward.postgres.RootCertificates;

/**
 * What is wrong between fields that are each right. An empty text stands for one that was refused already; of what else was
 * refused, nothing is said a second time.
 */
final class Contradictions {
    /** Lambda takes 4 KB of environment, and the functions are told of every instance in it. */
    private static final int MOST_CHARACTERS = 3_900;

    /** Of an instance's description, what is beside identifier, host and secret; of a host, what is behind the identifier. */
    private static final int FRAME = 72;

    private static final int DOMAIN = 48;
    private static final int MANAGED_SECRET = 112;

    private final Client client;
    private final Set<String> workflows;
    private final List<String> refused;
    private final List<String> problems = new ArrayList<>();

    private Contradictions(Client client, Set<String> workflows, List<String> refused) {
        this.client = client;
        this.workflows = workflows;
        this.refused = refused;
    }

    /**
     * Looks for them.
     *
     * @param refused what was found wrong while reading
     */
    static List<String> of(String name, Client client, Set<String> workflows, List<String> refused) {
        Contradictions check = new Contradictions(client, workflows, refused);
        if (!client.name().isEmpty() && !client.name().equals(name)) {
            check.problem("client", "is %s, but the file is called %s.json", client.name(), name);
        }
        check.region();
        check.keys();
        check.network();
        check.instances();
        check.projects();
        check.schedules();
        check.starters();
        return check.problems;
    }

    private void region() {
        String region = client.region();
        if (isInChina(region)) {
            problem("region", "%s is in China, where services have other names: Steward does not support that", region);
            return;
        }
        if (isInGovCloud(region)) {
            problem(
                    "region",
                    "%s is in GovCloud, where ARNs begin otherwise than the workflows write them: Steward does not support that",
                    region);
            return;
        }
        if (!region.isEmpty() && RootCertificates.class.getResource("/certificates/" + region + ".pem") == null) {
            problem(
                    "region",
                    "%s is a region of which Steward has no RDS certificates: its functions could trust no server there",
                    region);
        }
    }

    private void keys() {
        client.backupKey().ifPresent(key -> requireHere("backupKey", key));
        client.gitHubProvider().ifPresent(provider -> requireHere("gitHubProvider", provider));
    }

    private void network() {
        List<Network.Subnet> subnets = client.network().subnets();
        Set<String> zones = new HashSet<>();
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < subnets.size(); i++) {
            Network.Subnet subnet = subnets.get(i);
            zones.add(subnet.zone());
            requireOnce(ids, subnet.id(), "network.subnets[%d].id".formatted(i));
            if (!subnet.zone().isEmpty()
                    && !client.region().isEmpty()
                    && !subnet.zone().startsWith(client.region())) {
                problem("network.subnets[%d].zone".formatted(i), "%s is not in %s", subnet.zone(), client.region());
            }
        }
        if (zones.size() < 2 && isRead("network") && isRead("network.subnets")) {
            problem("network.subnets", "must be in two availability zones at least, as RDS demands");
        }
        List<String> applications = client.network().applicationSecurityGroups();
        if (applications.isEmpty() && isRead("network") && isRead("network.applicationSecurityGroups")) {
            problem("network.applicationSecurityGroups", "names none: nobody could use the databases");
        }
        for (int i = 0; i < applications.size(); i++) {
            requireOnce(ids, applications.get(i), "network.applicationSecurityGroups[%d]".formatted(i));
        }
    }

    private void instances() {
        int characters = client.instances().stream()
                .mapToInt(Contradictions::description)
                .sum();
        if (characters > MOST_CHARACTERS) {
            problem(
                    "instances",
                    "are too many: their addresses and secrets take %d characters of the functions' environment, which holds %d",
                    characters,
                    MOST_CHARACTERS);
        }
        Set<String> identifiers = new HashSet<>();
        for (int i = 0; i < client.instances().size(); i++) {
            Instance instance = client.instances().get(i);
            String path = "instances[%d]".formatted(i);
            requireOnce(identifiers, instance.identifier(), path + ".identifier");
            if (instance.adopted().isPresent() == instance.created().isPresent()) {
                problem(path, "must be either adopted or created");
            }
            instance.adopted().ifPresent(adopted -> adopted(path + ".adopted", adopted));
        }
    }

    private static int description(Instance instance) {
        return FRAME
                + 2 * instance.identifier().length()
                + DOMAIN
                + instance.adopted()
                        .flatMap(Instance.Adopted::masterSecret)
                        .map(String::length)
                        .orElse(MANAGED_SECRET);
    }

    private void adopted(String path, Instance.Adopted adopted) {
        adopted.masterSecret().ifPresent(secret -> requireHere(path + ".masterSecret", secret));
        adopted.secretKey().ifPresent(key -> requireHere(path + ".secretKey", key));
        adopted.storageKey().ifPresent(key -> requireHere(path + ".storageKey", key));
    }

    private void projects() {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < client.projects().size(); i++) {
            Project project = client.projects().get(i);
            String path = "projects[%d]".formatted(i);
            requireOnce(names, project.name(), path + ".name");
            if (project.production().isEmpty() && project.staging().isEmpty()) {
                problem(path, "names neither a production nor a staging instance");
            }
            if (project.production().isPresent() && project.production().equals(project.staging())) {
                problem(
                        path,
                        "staging and production never share an instance, but both are on %s",
                        project.production().get());
            } else {
                placed(path + ".production", project, project.production(), Stage.PRODUCTION);
                placed(path + ".staging", project, project.staging(), Stage.STAGING);
            }
            for (int j = 0; j < project.readers().size(); j++) {
                requireHere(
                        "%s.readers[%d]".formatted(path, j), project.readers().get(j));
            }
        }
    }

    private void placed(String path, Project project, Optional<String> identifier, Stage stage) {
        if (identifier.filter(text -> !text.isEmpty()).isEmpty()) {
            return;
        }
        Optional<Instance> found = instance(path, identifier.get());
        if (found.isEmpty()) {
            return;
        }
        Instance instance = found.get();
        String its = "instances[%d]".formatted(client.instances().indexOf(instance));
        if (instance.stage() != stage && isRead(its + ".stage")) {
            problem(
                    path,
                    "%s is a %s instance; staging and production never share one",
                    instance.identifier(),
                    instance.stage());
        }
        String projects = path.substring(0, path.lastIndexOf('.'));
        if (instance.postgres() != project.postgres() && isRead(its + ".postgres") && isRead(projects + ".postgres")) {
            problem(
                    path,
                    "%s runs Postgres %d, but the project is for %d; each major has its own instance",
                    instance.identifier(),
                    instance.postgres(),
                    project.postgres());
        }
    }

    private void schedules() {
        Set<String> copied = new HashSet<>();
        for (int i = 0; i < client.snapshotCopies().size(); i++) {
            SnapshotCopies copies = client.snapshotCopies().get(i);
            String path = "snapshotCopies[%d]".formatted(i);
            instance(path + ".instance", copies.instance());
            requireOnce(copied, copies.instance(), path + ".instance");
            copies.kmsKey().ifPresent(key -> requireHere(path + ".kmsKey", key));
            if (!copies.schedule().isEmpty() && copies.retain().keepsNothing()) {
                problem(path + ".retain", "keeps nothing");
            }
            copies.otherRegion().ifPresent(other -> otherRegion(path + ".otherRegion", other));
            // That instance's own key is made when it is deployed: the other region could not be told of it.
            boolean created = client.instance(copies.instance())
                    .flatMap(Instance::created)
                    .isPresent();
            if (created && copies.otherRegion().isPresent() && copies.kmsKey().isEmpty()) {
                problem(
                        path + ".kmsKey",
                        "is missing: with otherRegion, copies of a created instance need a key with a name");
            }
        }
        Set<String> rotated = new HashSet<>();
        for (int i = 0; i < client.rotations().size(); i++) {
            Rotation rotation = client.rotations().get(i);
            String path = "rotations[%d]".formatted(i);
            instance(path + ".instance", rotation.instance());
            if (!rotation.user().isEmpty()) {
                requireOnce(rotated, rotation.user() + " on " + rotation.instance(), path + ".user");
            }
        }
    }

    private void otherRegion(String path, SnapshotCopies.OtherRegion other) {
        if (other.region().isEmpty() || client.region().isEmpty()) {
            return;
        }
        if (other.region().equals(client.region())) {
            problem(path + ".region", "is %s, where the instances are", other.region());
            return;
        }
        // Said already, of the region itself.
        if (isApart(client.region())) {
            return;
        }
        if (isApart(other.region())) {
            problem(
                    path + ".region",
                    "snapshots are not copied from %s to %s: not from or to China or GovCloud",
                    client.region(),
                    other.region());
            return;
        }
        if (!other.kmsKey().isEmpty()) {
            String[] arn = other.kmsKey().split(":", -1);
            boolean isOfAccount = client.account().isEmpty() || arn[4].equals(client.account());
            if (!arn[3].equals(other.region()) || !isOfAccount) {
                problem(path + ".kmsKey", "%s is not in %s of this account", other.kmsKey(), other.region());
            }
            if (other.retain().keepsNothing()) {
                problem(path + ".retain", "keeps nothing");
            }
        }
    }

    /** Whether accounts there have no other regions than those, and accounts elsewhere not those. */
    private static boolean isApart(String region) {
        return isInChina(region) || isInGovCloud(region);
    }

    private static boolean isInChina(String region) {
        return region.startsWith("cn-");
    }

    private static boolean isInGovCloud(String region) {
        return region.startsWith("us-gov-");
    }

    private void starters() {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < client.starters().size(); i++) {
            Starter starter = client.starters().get(i);
            String path = "starters[%d]".formatted(i);
            requireOnce(names, starter.name(), path + ".name");
            if (starter.role().isPresent() == starter.github().isPresent()) {
                problem(path, "must name either a role or a GitHub repository");
            }
            if (starter.workflows().isEmpty() && isRead(path + ".workflows")) {
                problem(path + ".workflows", "names none");
            }
            for (int j = 0; j < starter.workflows().size(); j++) {
                String workflow = starter.workflows().get(j);
                if (!workflow.isEmpty() && !workflows.contains(workflow)) {
                    problem("%s.workflows[%d]".formatted(path, j), "there is no workflow %s", workflow);
                }
            }
        }
    }

    private Optional<Instance> instance(String path, String identifier) {
        Optional<Instance> found = client.instance(identifier);
        // It may be the one whose own identifier is wrong.
        boolean allAreKnown = Stream.concat(refused.stream(), problems.stream())
                .noneMatch(problem -> problem.matches("instances(\\[[0-9]+]\\.identifier)?: .*"));
        if (found.isEmpty() && !identifier.isEmpty() && allAreKnown) {
            problem(path, "there is no instance %s in this file", identifier);
        }
        return found;
    }

    /** Whether nothing was found wrong with a field while reading. */
    private boolean isRead(String path) {
        return refused.stream().noneMatch(problem -> problem.startsWith(path + ": "));
    }

    private void requireOnce(Set<String> seen, String text, String path) {
        if (!text.isEmpty() && !seen.add(text)) {
            problem(path, "%s is named twice", text);
        }
    }

    /** Refuses an ARN of another account or region; those of roles have no region. */
    private void requireHere(String path, String arn) {
        String[] parts = arn.split(":", -1);
        if (parts.length < 6) {
            return;
        }
        if (!parts[3].isEmpty() && !client.region().isEmpty() && !parts[3].equals(client.region())) {
            problem(path, "is in region %s, the client in %s", parts[3], client.region());
        }
        if (!client.account().isEmpty() && !parts[4].equals(client.account())) {
            problem(path, "is of account %s, the client's is %s", parts[4], client.account());
        }
    }

    // The annotation that it asks for is in a library of its own.
    @SuppressWarnings("AnnotateFormatMethod")
    private void problem(String path, String reason, Object... arguments) {
        problems.add(path + ": " + reason.formatted(arguments));
    }
}
