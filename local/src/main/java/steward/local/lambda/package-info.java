/** Lambda's execution environments on this machine: the deployed zip, started by AWS's runtime interface client. */
@NullMarked
package steward.local.lambda;

import org.jspecify.annotations.NullMarked;
