/** What was done to messages after they were said: reactions, receipts and whatever else an application calls it. */
@NullMarked
package dev.mirror.gateway.actions;

import org.jspecify.annotations.NullMarked;
