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
import steward.role.FindReader;
import steward.role.GrantReadOnly;
import steward.role.PreparePassword;
import steward.role.RevokeReadOnly;
import steward.role.RotatePassword;
import steward.role.SetTemporaryPassword;
import steward.role.VerifyReadOnly;
import steward.role.VerifyRevoked;

/** The catalogue of operations: what a workflow can ask for. */
public final class Operations {
    private static final List<Operation<?, ?>> ALL = List.of(
            new Operation<>("CheckDatabase", MASTER, CheckDatabase.Input.class, CheckDatabase::run),
            new Operation<>("CheckDropDatabase", MASTER, CheckDropDatabase.Input.class, CheckDropDatabase::run),
            new Operation<>("CheckDropUser", MASTER, CheckDropUser.Input.class, CheckDropUser::run),
            new Operation<>("CheckReader", MASTER, CheckReader.Input.class, CheckReader::run),
            new Operation<>("CheckSchemas", OWNER, CheckSchemas.Input.class, CheckSchemas::run),
            new Operation<>("CheckStorage", MASTER, CheckStorage.Input.class, CheckStorage::run),
            new Operation<>("CreateDatabase", MASTER, CreateDatabase.Input.class, CreateDatabase::run),
            new Operation<>(
                    "CreateTemporaryDatabase",
                    MASTER,
                    CreateTemporaryDatabase.Input.class,
                    CreateTemporaryDatabase::run),
            new Operation<>("CreateUser", MASTER, CreateUser.Input.class, CreateUser::run),
            new Operation<>("DropDatabase", MASTER, DropDatabase.Input.class, DropDatabase::run),
            new Operation<>(
                    "DropTemporaryDatabase", MASTER, DropTemporaryDatabase.Input.class, DropTemporaryDatabase::run),
            new Operation<>("DropUser", MASTER, DropUser.Input.class, DropUser::run),
            new Operation<>("EnableExtension", MASTER, EnableExtension.Input.class, EnableExtension::run),
            new Operation<>("FindDatabase", MASTER, FindDatabase.Input.class, FindDatabase::run),
            new Operation<>("FindReader", MASTER, FindReader.Input.class, FindReader::run),
            new Operation<>(
                    "FindSnapshotDatabase", MASTER, FindSnapshotDatabase.Input.class, FindSnapshotDatabase::run),
            new Operation<>("InspectDatabase", OWNER, InspectDatabase.Input.class, InspectDatabase::run),
            new Operation<>(
                    "ListTemporaryDatabases", MASTER, ListTemporaryDatabases.Input.class, ListTemporaryDatabases::run),
            new Operation<>("GrantReadOnly", OWNER, GrantReadOnly.Input.class, GrantReadOnly::run),
            new Operation<>("RevokeReadOnly", OWNER, RevokeReadOnly.Input.class, RevokeReadOnly::run),
            new Operation<>("PreparePassword", MASTER, PreparePassword.Input.class, PreparePassword::run),
            new Operation<>("PublishDatabase", MASTER, PublishDatabase.Input.class, PublishDatabase::run),
            new Operation<>("RotatePassword", MASTER, RotatePassword.Input.class, RotatePassword::run),
            new Operation<>(
                    "SetTemporaryPassword", MASTER, SetTemporaryPassword.Input.class, SetTemporaryPassword::run),
            new Operation<>("TransferOwnership", MASTER, TransferOwnership.Input.class, TransferOwnership::run),
            new Operation<>("VerifyAccess", OWNER, VerifyAccess.Input.class, VerifyAccess::run),
            new Operation<>("VerifyDatabase", MASTER, VerifyDatabase.Input.class, VerifyDatabase::run),
            new Operation<>("VerifyReadOnly", OWNER, VerifyReadOnly.Input.class, VerifyReadOnly::run),
            new Operation<>("VerifyRevoked", OWNER, VerifyRevoked.Input.class, VerifyRevoked::run));

    private Operations() {}

    /** All operations, by name. */
    public static List<Operation<?, ?>> all() {
        return ALL;
    }

    /** The operation of that name. */
    public static Optional<Operation<?, ?>> named(String name) {
        return ALL.stream().filter(operation -> operation.name().equals(name)).findFirst();
    }
}
