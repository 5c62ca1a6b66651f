/** HTTP on the front port: an exact table of routes, the log-in of browsers and bots, the pages. */
@NullMarked
package dev.mirror.server.http;

import org.jspecify.annotations.NullMarked;
