/**
 * Accounts, log-ins and tokens: who may come in, and what proves it afterwards. The entry is
 * {@link dev.mirror.sql.accounts.Accounts}.
 */
@NullMarked
package dev.mirror.sql.accounts;

import org.jspecify.annotations.NullMarked;
