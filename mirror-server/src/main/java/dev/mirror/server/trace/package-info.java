/** What became of messages: a bounded memory of their steps, how it is asked, and the same as spans. */
@NullMarked
package dev.mirror.server.trace;

import org.jspecify.annotations.NullMarked;
