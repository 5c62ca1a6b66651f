package dev.mirror.pubnub;

import com.google.gson.JsonElement;

/** What a thread of the SDK hands over. */
final class Events {
    private Events() {}

    /** One of them. */
    sealed interface Event {}

    /** A message of a channel. */
    record Message(Shard shard, String name, long timetoken, JsonElement body) implements Event {}

    /** A subscription is there, or there again. */
    record Connected(Shard shard, int life) implements Event {}

    /** A subscription has ended, or does not come about. */
    record Broken(Shard shard, int life, String reason) implements Event {}

    /** An answer was as full as an answer can be, so the service may have dropped some. */
    record Crowded(Shard shard) implements Event {}
}
