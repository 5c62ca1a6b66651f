/** Who is in which channel: PubNub clients that ask, and the events that tell of them; together with WebSocket users. */
@NullMarked
package dev.mirror.gateway.presence;

import org.jspecify.annotations.NullMarked;
