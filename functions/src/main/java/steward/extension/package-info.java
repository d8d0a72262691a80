@NullMarked
package steward.extension;

import org.jspecify.annotations.NullMarked;
