@NullMarked
package steward.local.integration;

import org.jspecify.annotations.NullMarked;
