@NullMarked
package steward.role;

import org.jspecify.annotations.NullMarked;
