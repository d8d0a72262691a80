/** The CDK app: one stack for one client's account. */
@NullMarked
package steward.infra;

import org.jspecify.annotations.NullMarked;
