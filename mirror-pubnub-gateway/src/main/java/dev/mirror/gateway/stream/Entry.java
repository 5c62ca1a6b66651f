package dev.mirror.gateway.stream;

import dev.mirror.channel.ChannelKind;
import dev.mirror.gateway.keyset.ChannelNames;
import dev.mirror.message.Publication;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Something that was said on a channel: an entry of a log, or something that is in none and passes by. */
public final class Entry {
    /** What an entry takes on the wire beside its text at most: marks, numbers, a publisher, the subscribe key. */
    private static final int OVERHEAD_BYTES = 800;
    /** What an entry takes in memory beside its text, roughly. */
    private static final int OBJECTS_BYTES = 600;
    /** As it was stored, taken apart, and as it is written. */
    private static final int COPIES = 3;

    private final Cursor key;
    private final Cursor shown;
    private final String channel;
    private final String body;
    private final boolean enveloped;
    private final @Nullable String speaker;
    private final int textBytes;
    /** Read when somebody asks for it; two that do at once get equal ones. */
    private volatile @Nullable Envelope envelope;
    /** Kept for whoever writes it for many clients; see {@link #rendered}. */
    private volatile @Nullable String rendered;

    private Entry(Cursor key, Cursor shown, String channel, String body, boolean enveloped, @Nullable String speaker) {
        this.textBytes = Publication.utf8Length(body);
        this.key = key;
        this.shown = shown;
        this.channel = channel;
        this.body = body;
        this.enveloped = enveloped;
        this.speaker = speaker;
    }

    /**
     * An entry of a log. In an external channel's its body is an envelope; in a native one's it is the payload.
     *
     * @param region what clients see as the region of log entries; never 0, because they take that for none
     */
    public static Entry of(Publication publication, int region) {
        long timetoken = publication.timetoken();
        boolean external = publication.channel().kind() == ChannelKind.EXTERNAL;
        return new Entry(
                new Cursor(timetoken, 0),
                new Cursor(timetoken, region),
                ChannelNames.shown(publication.channel()),
                publication.entry().body(),
                external,
                publication.entry().publisher().value());
    }

    /** Something that passes by. */
    static Entry passing(Cursor key, long timetoken, String channel, Envelope envelope) {
        Entry entry = new Entry(key, new Cursor(timetoken, key.region()), channel, envelope.encode(), true, null);
        entry.envelope = envelope;
        return entry;
    }

    /** Where it stands among everything. */
    Cursor key() {
        return key;
    }

    boolean isInLog() {
        return key.region() == 0;
    }

    /** Where it stands, as clients see it. */
    public Cursor shown() {
        return shown;
    }

    /** The channel, as clients of a keyset name it. */
    public String channel() {
        return channel;
    }

    /** Whether it is in the log of a channel that WebSocket clients have too. */
    public boolean isNative() {
        return !enveloped && speaker != null;
    }

    /** What was said. What is stored on the channel but is no envelope is shown as the payload of a message. */
    public Envelope envelope() {
        Envelope known = envelope;
        if (known == null) {
            known = enveloped
                    ? Envelope.decode(body).orElseGet(() -> Envelope.message(null, body))
                    : Envelope.message(speaker, body);
            envelope = known;
        }
        return known;
    }

    /** What a writer makes of it, made once however many clients get it. There is one writer. */
    public String rendered(Function<Entry, String> writer) {
        String known = rendered;
        if (known == null) {
            known = writer.apply(this);
            rendered = known;
        }
        return known;
    }

    /** What it takes on the wire at most, in bytes, beside the names that it is delivered under. */
    int bytes() {
        return textBytes + OVERHEAD_BYTES;
    }

    /** What its text takes on the wire, in bytes, what stands beside the payload included. */
    public int textBytes() {
        return textBytes;
    }

    /** How much memory it takes, roughly, with what a writer makes of it. */
    int memory() {
        return COPIES * textBytes + OBJECTS_BYTES;
    }
}
