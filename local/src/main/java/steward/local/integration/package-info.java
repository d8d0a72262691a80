/** Carries out Task states: AWS SDK integrations, Lambda functions, nested executions, tasks of ECS. */
@NullMarked
package steward.local.integration;

import org.jspecify.annotations.NullMarked;
