@NullMarked
package steward.local.lambda;

import org.jspecify.annotations.NullMarked;
