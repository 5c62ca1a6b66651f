/** The chat on the terminal: a bot with a person, or a pipe, behind it. */
@NullMarked
package dev.mirror.server.chat;

import org.jspecify.annotations.NullMarked;
