/** PubNub's SDKs as black boxes against a whole server, and the table of what works for them. */
@NullMarked
package dev.mirror.server.pubnub;

import org.jspecify.annotations.NullMarked;
