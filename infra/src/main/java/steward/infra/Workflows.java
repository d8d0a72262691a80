package steward.infra;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import software.constructs.Construct;
import software.constructs.IDependable;
import steward.infra.permission.Definition;
import steward.infra.permission.Installation;

/** All workflows. */
final class Workflows extends Construct {
    /** @param first what has to be up to date before a definition that counts on it */
    Workflows(
            Construct scope,
            SortedMap<String, Definition> definitions,
            Installation installation,
            EncryptionKey key,
            List<? extends IDependable> first) {
        super(scope, "Workflows");
        for (Map.Entry<String, Definition> definition : definitions.entrySet()) {
            StateMachine machine = new StateMachine(this, definition.getValue(), installation, key);
            first.forEach(machine.resource().getNode()::addDependency);
        }
    }

    /** {@code create-user} becomes {@code CreateUserStateMachineArn}. */
    static String substitution(String workflow) {
        StringBuilder name = new StringBuilder();
        for (String word : workflow.split("-", -1)) {
            name.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
        }
        return name.append("StateMachineArn").toString();
    }
}
