/** What the gateway keeps beside the logs of channels, as a port: texts under texts, in order. */
@NullMarked
package dev.mirror.gateway.state;

import org.jspecify.annotations.NullMarked;
