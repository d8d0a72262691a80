@NullMarked
package steward.task;

import org.jspecify.annotations.NullMarked;
