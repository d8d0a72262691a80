@NullMarked
package steward.local;

import org.jspecify.annotations.NullMarked;
