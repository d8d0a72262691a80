@NullMarked
package steward.database;

import org.jspecify.annotations.NullMarked;
