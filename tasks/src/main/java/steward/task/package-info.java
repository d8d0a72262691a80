/** The Fargate task: dumps, restores and copies of databases with the real pg_dump and pg_restore. */
@NullMarked
package steward.task;

import org.jspecify.annotations.NullMarked;
