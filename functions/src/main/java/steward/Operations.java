package steward;

import static steward.Operation.Function.MASTER;
import static steward.Operation.Function.OWNER;

import java.util.List;
import java.util.Optional;
import steward.database.CheckDatabase;
import steward.database.CreateDatabase;
import steward.database.TransferOwnership;
import steward.database.VerifyAccess;
import steward.database.VerifyDatabase;
import steward.extension.EnableExtension;
import steward.role.CreateUser;
import steward.role.PreparePassword;
import steward.role.RotatePassword;

/** The catalogue of operations: what a workflow can ask for. */
public final class Operations {
    private static final List<Operation<?, ?>> ALL = List.of(
            new Operation<>("CheckDatabase", MASTER, CheckDatabase.Input.class, CheckDatabase::run),
            new Operation<>("CreateDatabase", MASTER, CreateDatabase.Input.class, CreateDatabase::run),
            new Operation<>("CreateUser", MASTER, CreateUser.Input.class, CreateUser::run),
            new Operation<>("EnableExtension", MASTER, EnableExtension.Input.class, EnableExtension::run),
            new Operation<>("PreparePassword", MASTER, PreparePassword.Input.class, PreparePassword::run),
            new Operation<>("RotatePassword", MASTER, RotatePassword.Input.class, RotatePassword::run),
            new Operation<>("TransferOwnership", MASTER, TransferOwnership.Input.class, TransferOwnership::run),
            new Operation<>("VerifyAccess", OWNER, VerifyAccess.Input.class, VerifyAccess::run),
            new Operation<>("VerifyDatabase", MASTER, VerifyDatabase.Input.class, VerifyDatabase::run));

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
