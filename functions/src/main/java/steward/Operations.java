package steward;

import static steward.Operation.Function.MASTER;
import static steward.Operation.Function.OWNER;

import java.util.List;
import java.util.Optional;
import steward.database.CheckDatabase;
import steward.database.CheckDropDatabase;
import steward.database.CheckStorage;
import steward.database.CreateDatabase;
import steward.database.CreateTemporaryDatabase;
import steward.database.DropDatabase;
import steward.database.DropTemporaryDatabase;
import steward.database.FindDatabase;
import steward.database.FindSnapshotDatabase;
import steward.database.InspectDatabase;
import steward.database.ListTemporaryDatabases;
import steward.database.PublishDatabase;
import steward.database.TransferOwnership;
import steward.database.VerifyAccess;
import steward.database.VerifyDatabase;
import steward.extension.EnableExtension;
import steward.role.CheckDropUser;
import steward.role.CheckReader;
import steward.role.CheckSchemas;
import steward.role.CreateUser;
import steward.role.DropUser;
import steward.role.EndSessions;
import steward.role.FindReader;
import steward.role.GrantReadOnly;
import steward.role.PreparePassword;
import steward.role.RevokeReadOnly;
import steward.role.RotatePassword;
import steward.role.SetTemporaryPassword;
import steward.role.ShareSchemas;
import steward.role.VerifyReadOnly;
import steward.role.VerifyRevoked;

/**
 * The catalogue of operations: what a workflow can ask for. Only the one that is asked for is loaded: all together take
 * a cold function as long as its connection to the server.
 */
public final class Operations {
    private static final List<String> NAMES = List.of(
            "CheckDatabase",
            "CheckDropDatabase",
            "CheckDropUser",
            "CheckReader",
            "CheckSchemas",
            "CheckStorage",
            "CreateDatabase",
            "CreateTemporaryDatabase",
            "CreateUser",
            "DropDatabase",
            "DropTemporaryDatabase",
            "DropUser",
            "EnableExtension",
            "EndSessions",
            "FindDatabase",
            "FindReader",
            "FindSnapshotDatabase",
            "GrantReadOnly",
            "InspectDatabase",
            "ListTemporaryDatabases",
            "PreparePassword",
            "PublishDatabase",
            "RevokeReadOnly",
            "RotatePassword",
            "SetTemporaryPassword",
            "ShareSchemas",
            "TransferOwnership",
            "VerifyAccess",
            "VerifyDatabase",
            "VerifyReadOnly",
            "VerifyRevoked");

    private Operations() {}

    /** All operations, by name. */
    public static List<Operation<?, ?>> all() {
        return NAMES.stream().<Operation<?, ?>>map(Operations::known).toList();
    }

    /** The operation of that name. */
    public static Optional<Operation<?, ?>> named(String name) {
        return NAMES.contains(name) ? Optional.of(known(name)) : Optional.empty();
    }

    private static Operation<?, ?> known(String name) {
        return switch (name) {
            case "CheckDatabase" -> new Operation<>(name, MASTER, CheckDatabase.Input.class, CheckDatabase::run);
            case "CheckDropDatabase" ->
                new Operation<>(name, MASTER, CheckDropDatabase.Input.class, CheckDropDatabase::run);
            case "CheckDropUser" -> new Operation<>(name, MASTER, CheckDropUser.Input.class, CheckDropUser::run);
            case "CheckReader" -> new Operation<>(name, MASTER, CheckReader.Input.class, CheckReader::run);
            case "CheckSchemas" -> new Operation<>(name, OWNER, CheckSchemas.Input.class, CheckSchemas::run);
            case "CheckStorage" -> new Operation<>(name, MASTER, CheckStorage.Input.class, CheckStorage::run);
            case "CreateDatabase" -> new Operation<>(name, MASTER, CreateDatabase.Input.class, CreateDatabase::run);
            case "CreateTemporaryDatabase" ->
                new Operation<>(name, MASTER, CreateTemporaryDatabase.Input.class, CreateTemporaryDatabase::run);
            case "CreateUser" -> new Operation<>(name, MASTER, CreateUser.Input.class, CreateUser::run);
            case "DropDatabase" -> new Operation<>(name, MASTER, DropDatabase.Input.class, DropDatabase::run);
            case "DropTemporaryDatabase" ->
                new Operation<>(name, MASTER, DropTemporaryDatabase.Input.class, DropTemporaryDatabase::run);
            case "DropUser" -> new Operation<>(name, MASTER, DropUser.Input.class, DropUser::run);
            case "EnableExtension" -> new Operation<>(name, MASTER, EnableExtension.Input.class, EnableExtension::run);
            case "EndSessions" -> new Operation<>(name, MASTER, EndSessions.Input.class, EndSessions::run);
            case "FindDatabase" -> new Operation<>(name, MASTER, FindDatabase.Input.class, FindDatabase::run);
            case "FindReader" -> new Operation<>(name, MASTER, FindReader.Input.class, FindReader::run);
            case "FindSnapshotDatabase" ->
                new Operation<>(name, MASTER, FindSnapshotDatabase.Input.class, FindSnapshotDatabase::run);
            case "GrantReadOnly" -> new Operation<>(name, OWNER, GrantReadOnly.Input.class, GrantReadOnly::run);
            case "InspectDatabase" -> new Operation<>(name, OWNER, InspectDatabase.Input.class, InspectDatabase::run);
            case "ListTemporaryDatabases" ->
                new Operation<>(name, MASTER, ListTemporaryDatabases.Input.class, ListTemporaryDatabases::run);
            case "PreparePassword" -> new Operation<>(name, MASTER, PreparePassword.Input.class, PreparePassword::run);
            case "PublishDatabase" -> new Operation<>(name, MASTER, PublishDatabase.Input.class, PublishDatabase::run);
            case "RevokeReadOnly" -> new Operation<>(name, OWNER, RevokeReadOnly.Input.class, RevokeReadOnly::run);
            case "RotatePassword" -> new Operation<>(name, MASTER, RotatePassword.Input.class, RotatePassword::run);
            case "SetTemporaryPassword" ->
                new Operation<>(name, MASTER, SetTemporaryPassword.Input.class, SetTemporaryPassword::run);
            case "ShareSchemas" -> new Operation<>(name, MASTER, ShareSchemas.Input.class, ShareSchemas::run);
            case "TransferOwnership" ->
                new Operation<>(name, MASTER, TransferOwnership.Input.class, TransferOwnership::run);
            case "VerifyAccess" -> new Operation<>(name, OWNER, VerifyAccess.Input.class, VerifyAccess::run);
            case "VerifyDatabase" -> new Operation<>(name, MASTER, VerifyDatabase.Input.class, VerifyDatabase::run);
            case "VerifyReadOnly" -> new Operation<>(name, OWNER, VerifyReadOnly.Input.class, VerifyReadOnly::run);
            case "VerifyRevoked" -> new Operation<>(name, OWNER, VerifyRevoked.Input.class, VerifyRevoked::run);
            default -> throw new IllegalArgumentException("no operation " + name);
        };
    }
}
