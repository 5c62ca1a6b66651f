/**
 * A bot and its database: what a handler does and that it is handled are kept in one transaction
 * ({@link dev.mirror.client.jdbc.JdbcCheckpoint}), and what it says is kept in one transaction with why it says so
 * ({@link dev.mirror.client.jdbc.Outbox}). Plain {@code java.sql}; tried with SQLite and PostgreSQL.
 */
@NullMarked
package dev.mirror.client.jdbc;

import org.jspecify.annotations.NullMarked;
