/** The server: reads its configuration, wires the modules and opens the ports. */
@NullMarked
package dev.mirror.server;

import org.jspecify.annotations.NullMarked;
