/** Steward's workflows in virtual time: the endpoint, the runner and the definitions are real, servers and tasks are models. */
@NullMarked
package steward.local.virtual;

import org.jspecify.annotations.NullMarked;
