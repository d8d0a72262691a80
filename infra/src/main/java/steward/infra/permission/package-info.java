/** What a state machine may do, derived from what its states call. */
@NullMarked
package steward.infra.permission;

import org.jspecify.annotations.NullMarked;
