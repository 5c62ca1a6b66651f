/**
 * What outlives the process, on SQLite or PostgreSQL: {@link dev.mirror.sql.SqlStore} opens the database, keeps others
 * out, brings its schema up to date, and runs everything that touches it on bounded lanes.
 * {@link dev.mirror.sql.SqlLog} is the durable broker on it, {@link dev.mirror.sql.StoreTools} what an operator does to
 * it. Accounts are one package down.
 */
@NullMarked
package dev.mirror.sql;

import org.jspecify.annotations.NullMarked;
