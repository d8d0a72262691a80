@NullMarked
package steward.error;

import org.jspecify.annotations.NullMarked;
