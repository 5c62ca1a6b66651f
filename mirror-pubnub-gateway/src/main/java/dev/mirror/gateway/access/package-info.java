/**
 * Who may do what in a keyset: tokens and the grants that make them, signatures that prove the secret key, revocation.
 */
@NullMarked
package dev.mirror.gateway.access;

import org.jspecify.annotations.NullMarked;
