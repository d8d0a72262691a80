@NullMarked
package steward.lambda;

import org.jspecify.annotations.NullMarked;
