/** What was said before: history in both forms, deleting, and counting. */
@NullMarked
package dev.mirror.gateway.history;

import org.jspecify.annotations.NullMarked;
