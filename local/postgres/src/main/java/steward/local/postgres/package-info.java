@NullMarked
package steward.local.postgres;

import org.jspecify.annotations.NullMarked;
