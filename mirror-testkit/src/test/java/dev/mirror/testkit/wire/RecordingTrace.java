package dev.mirror.testkit.wire;

import dev.mirror.channel.ChannelName;
import dev.mirror.hub.Mirror;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A trace that remembers what it hears as text. It wants the messages whose id begins with "traced". */
final class RecordingTrace implements Mirror.Trace {
    private final List<String> heard = new ArrayList<>();

    @Override
    public boolean wants(String id) {
        return id.startsWith("traced");
    }

    @Override
    public void published(Step step, Peer peer, String id, @Nullable ChannelName channel) {
        heard.add(word(step) + " " + id + " of " + peer.user() + " in " + channel);
    }

    @Override
    public void delivered(Step step, Peer peer, Publication publication) {
        heard.add(word(step) + " " + publication.entry().id() + " to " + peer.user() + " in " + publication.channel()
                + " " + publication.position().offset());
    }

    @Override
    public void refused(Peer peer, String id, ErrorCode error, String detail) {
        heard.add("refused " + id + " of " + peer.user() + " " + error.wire());
    }

    @Override
    public void missing(Peer peer, ChannelName channel, Position from, Position to) {
        heard.add("missing to " + peer.user() + " in " + channel + " " + from.offset() + " to " + to.offset());
    }

    private static String word(Step step) {
        return step.name().toLowerCase(Locale.ROOT);
    }

    /** What was heard since the last take, in order. */
    List<String> take() {
        List<String> all = List.copyOf(heard);
        heard.clear();
        return all;
    }
}
