/** What the server was told: options from the command line, the environment and a file, and how a start can fail. */
@NullMarked
package dev.mirror.server.config;

import org.jspecify.annotations.NullMarked;
