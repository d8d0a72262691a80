@NullMarked
package steward.postgres;

import org.jspecify.annotations.NullMarked;
