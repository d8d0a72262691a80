/** The JSONata dialect of Amazon States Language. Knows nothing of AWS clients or HTTP. */
@NullMarked
package steward.local.asl;

import org.jspecify.annotations.NullMarked;
