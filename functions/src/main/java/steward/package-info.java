@NullMarked
package steward;

import org.jspecify.annotations.NullMarked;
