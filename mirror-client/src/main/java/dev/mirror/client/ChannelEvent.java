package dev.mirror.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import java.time.Instant;

/**
 * One publication, as a bot hears it. Immutable.
 *
 * @param channel where it was said; of a direct message the conversation, with this client's user first
 * @param publisher who said it, as the server authenticated them
 * @param id the publisher's own id for it
 * @param position where it stands in the channel's log
 * @param time when the server accepted it
 * @param data what was said, as compact JSON text
 */
public record ChannelEvent(
        ChannelName channel, UserId publisher, String id, Position position, Instant time, String data) {
    /** What a person would read: the {@code value} of a chat payload, or a body that is a JSON string; else empty. */
    public String text() {
        JsonNode json = json();
        return json.isTextual() ? json.textValue() : json.path("value").asText("");
    }

    /** The name that the publisher goes by, where the payload has one; else the user id. */
    public String name() {
        String name = json().path("username").asText("");
        return name.isEmpty() ? publisher.value() : name;
    }

    /**
     * The data as a tree.
     *
     * @throws MirrorException with {@code bad.frame} if it is not JSON, which a server never sends
     */
    public JsonNode json() {
        return Json.read(data);
    }

    /**
     * The data as an object of this class, read by Jackson.
     *
     * @throws MirrorException with {@code bad.frame} if it does not fit
     */
    public <T> T as(Class<T> type) {
        return Json.read(data, type);
    }

    /** What a publication is to this user: a copy in the inbox stands for its original. */
    static ChannelEvent of(ChannelName asked, Publication publication, UserId me) {
        Publication.Origin origin = publication.origin();
        ChannelName channel = origin == null ? asked : spelledFor(me, origin.channel());
        return new ChannelEvent(
                channel,
                publication.entry().publisher(),
                publication.entry().id(),
                origin == null ? publication.position() : origin.position(),
                Instant.ofEpochMilli(publication.timeMillis()),
                publication.entry().body());
    }

    private static ChannelName spelledFor(UserId me, ChannelName channel) {
        boolean turned =
                channel.kind() == ChannelKind.DIRECT && !channel.sender().equals(me);
        UserId other = turned ? channel.sender() : me;
        return turned ? ChannelName.direct(me, other) : channel;
    }
}
