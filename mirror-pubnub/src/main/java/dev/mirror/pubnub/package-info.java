/** Channels that live in PubNub: a broker over PubNub's Java SDK, whose types stay in here. */
@NullMarked
package dev.mirror.pubnub;

import org.jspecify.annotations.NullMarked;
