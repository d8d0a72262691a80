@NullMarked
package steward.secret;

import org.jspecify.annotations.NullMarked;
