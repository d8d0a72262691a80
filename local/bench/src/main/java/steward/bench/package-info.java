@NullMarked
package steward.bench;

import org.jspecify.annotations.NullMarked;
