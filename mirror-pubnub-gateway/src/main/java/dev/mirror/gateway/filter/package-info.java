/** The expressions by which a subscriber chooses messages. */
@NullMarked
package dev.mirror.gateway.filter;

import org.jspecify.annotations.NullMarked;
