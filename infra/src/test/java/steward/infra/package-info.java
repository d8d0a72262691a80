@NullMarked
package steward.infra;

import org.jspecify.annotations.NullMarked;
