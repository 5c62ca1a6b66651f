/** What stands on PubNub's wire: requests as they were sent, answers, the forms of refusals. Knows no channel. */
@NullMarked
package dev.mirror.gateway.wire;

import org.jspecify.annotations.NullMarked;
