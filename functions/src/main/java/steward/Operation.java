package steward;

import java.util.function.BiFunction;

/**
 * One SQL step that a workflow can ask for by name.
 *
 * @param name the class's simple name, which is also the name of the state that asks for it
 * @param function the Lambda function that may run it
 * @param inputType the record that the payload is read into
 */
public record Operation<I extends Record, O extends Record>(
        String name, Function function, Class<I> inputType, BiFunction<I, Access, O> step) {

    /** The Lambda functions, split by whose credentials they may read. */
    public enum Function {
        /** The master's secret: makes and drops roles and databases. */
        MASTER,
        /** Secrets under {@code steward/} only: works logged in as a project's user, where tenant code may run. */
        OWNER
    }
}
