/**
 * What outlives the process, on SQLite: {@link dev.mirror.sql.SqlStore} opens the data folder, locks it, brings its
 * schema up to date, and runs everything that touches the database on bounded lanes. Accounts are one package down.
 */
@NullMarked
package dev.mirror.sql;

import org.jspecify.annotations.NullMarked;
