/** PubNub's HTTP interface over mirror's channels: what an HTTP server and a configuration plug into. */
@NullMarked
package dev.mirror.gateway;

import org.jspecify.annotations.NullMarked;
