/** What is known of a client: one file, read strictly. */
@NullMarked
package steward.infra.client;

import org.jspecify.annotations.NullMarked;
