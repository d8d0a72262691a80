package steward.local.aws;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** An instance while it is being changed: what {@link DatabaseInstance} holds, to be set one by one. */
final class DatabaseInstanceDraft {

    String identifier;
    String status;
    String instanceClass;
    DatabaseInstance.Endpoint endpoint;
    Optional<DatabaseInstance.MasterSecret> masterSecret;
    DatabaseInstance.Network network;
    DatabaseInstance.Storage storage;
    DatabaseInstance.Backup backup;
    String parameterGroup;
    DatabaseInstance.Certificate certificate;
    boolean multiAz;
    boolean deletionProtection;
    boolean iamAuthentication;
    String resourceId;
    Instant created;
    Map<String, String> tags;
    private final String engineVersion;
    private final String masterUsername;

    DatabaseInstanceDraft(DatabaseInstance from) {
        identifier = from.identifier();
        status = from.status();
        instanceClass = from.instanceClass();
        engineVersion = from.engineVersion();
        endpoint = from.endpoint();
        masterUsername = from.masterUsername();
        masterSecret = from.masterSecret();
        network = from.network();
        storage = from.storage();
        backup = from.backup();
        parameterGroup = from.parameterGroup();
        certificate = from.certificate();
        multiAz = from.multiAz();
        deletionProtection = from.deletionProtection();
        iamAuthentication = from.iamAuthentication();
        resourceId = from.resourceId();
        created = from.created();
        tags = from.tags();
    }

    DatabaseInstance instance() {
        return new DatabaseInstance(
                identifier,
                status,
                instanceClass,
                engineVersion,
                endpoint,
                masterUsername,
                masterSecret,
                network,
                storage,
                backup,
                parameterGroup,
                certificate,
                multiAz,
                deletionProtection,
                iamAuthentication,
                resourceId,
                created,
                tags);
    }
}
