package dev.mirror.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.Folding;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import java.time.Instant;
import java.util.Optional;

/**
 * One publication, as a bot hears it. Immutable.
 *
 * <p>A publication that amends an earlier one (W49) is handed to the handler of amendments and to no other. Who reads
 * a channel or its history gets it in its place, and tells it by {@link #isAmendment}; a {@link Folding} of what was read
 * says what is to be shown:
 *
 * <pre>{@code
 * Folding shown = new Folding(page.events().get(0).channel(), page.end().epoch());
 * page.events().forEach(event -> shown.add(event.publication()));
 * }</pre>
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
    private static final UserId PUBNUB = new UserId("pubnub-gateway");

    /**
     * What somebody changes of how an earlier publication is shown.
     *
     * <p>Whether it counts is known to who knows the original: only its publisher may edit or delete it, and nothing amends
     * what was deleted (W50, W51). {@link Folding} decides that.
     *
     * @param event the publication that says so
     * @param original where in the same channel the earlier one stands
     * @param value of an edit the new data, as compact JSON text (who it claims to be by does not count); of a reaction the
     *     reaction; empty for a deletion
     */
    public record Amendment(ChannelEvent event, Position original, Kind kind, String value) {
        /** What an amendment does. */
        public enum Kind {
            /** Replaces the data. */
            EDIT,
            /** Takes the data away. */
            DELETE,
            /** Adds a reaction of the user's. */
            REACT,
            /** Takes a reaction of the user's back. */
            UNREACT
        }

        /** What a person would read: of an edit the new text, of a reaction the reaction; else empty. */
        public String text() {
            return kind == Kind.EDIT ? Json.text(Json.read(value)) : value;
        }
    }

    /** Whether this is not to be shown itself: it amends an earlier publication, or tries to. */
    public boolean isAmendment() {
        return Amendments.isOne(this);
    }

    /** What this changes of an earlier publication; empty if it is no amendment, or one that counts for nothing (W52). */
    public Optional<Amendment> amendment() {
        return Amendments.read(this);
    }

    /** The publication, as a {@link Folding} takes it. */
    public Publication publication() {
        long timetoken = time.toEpochMilli() * Publication.TIMETOKENS_PER_MILLI;
        return new Publication(channel, position, timetoken, new Publication.Entry(publisher, id, data), null);
    }

    /** What a person would read: the {@code value} of a chat payload, or a body that is a JSON string; else empty. */
    public String text() {
        return Json.text(json());
    }

    /**
     * Whether nobody is proved to have said it: it came by the server's PubNub interface (W57). Then all that the payload
     * says of its speaker, {@link #name} included, is only claimed.
     */
    public boolean isUnverified() {
        return publisher.equals(PUBNUB);
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

    /** The name with this user first, if it is a conversation. */
    static ChannelName spelledFor(UserId me, ChannelName channel) {
        boolean turned =
                channel.kind() == ChannelKind.DIRECT && !channel.sender().equals(me);
        UserId other = turned ? channel.sender() : me;
        return turned ? ChannelName.direct(me, other) : channel;
    }
}
