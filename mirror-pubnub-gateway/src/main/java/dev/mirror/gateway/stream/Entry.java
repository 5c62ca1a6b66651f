package dev.mirror.gateway.stream;

import dev.mirror.channel.ChannelKind;
import dev.mirror.gateway.keyset.ChannelNames;
import dev.mirror.message.Publication;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Something that was said on a channel: an entry of a log, or something that is in none and passes by. */
public final class Entry {
    /** What an entry takes beside its text, roughly. */
    private static final int OVERHEAD_BYTES = 300;

    private final Cursor key;
    private final Cursor shown;
    private final String channel;
    private final String body;
    private final boolean enveloped;
    private final @Nullable String speaker;
    /** Read when somebody asks for it; two that do at once get equal ones. */
    private volatile @Nullable Envelope envelope;
    /** Kept for whoever writes it for many clients; see {@link #rendered}. */
    private volatile @Nullable String rendered;

    private Entry(Cursor key, Cursor shown, String channel, String body, boolean enveloped, @Nullable String speaker) {
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
        Entry entry = new Entry(key, new Cursor(timetoken, key.region()), channel, envelope.payload(), false, null);
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

    /** What it takes on the wire, roughly. */
    int bytes() {
        return body.length() + OVERHEAD_BYTES;
    }

    /** How much memory it takes, roughly, with what a writer makes of it. */
    int memory() {
        return 2 * body.length() + 2 * OVERHEAD_BYTES;
    }
}
