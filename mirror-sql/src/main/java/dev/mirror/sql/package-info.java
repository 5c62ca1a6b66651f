/** Channels and accounts that outlive the process, in SQLite or PostgreSQL. */
@NullMarked
package dev.mirror.sql;

import org.jspecify.annotations.NullMarked;
