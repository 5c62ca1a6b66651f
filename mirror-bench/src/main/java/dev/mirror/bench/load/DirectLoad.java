package dev.mirror.bench.load;

import dev.mirror.bench.wire.Frames;
import dev.mirror.bench.wire.InvalidRunException;
import dev.mirror.bench.wire.Peer;
import dev.mirror.bench.wire.Samples;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Direct messages in version 1: users in pairs, each with so many requests on their way to its partner. Every relay is
 * compared byte for byte with what it has to be. All requests of one sender are alike, so a lost or repeated one is seen
 * by count, and their order has nothing to be told by.
 */
final class DirectLoad implements Load {
    private final List<Sender> senders = new ArrayList<>();
    private final Samples samples = new Samples();
    private final int window;
    private long delivered;
    private boolean stopped;

    /** @param peers an even number of them; neighbours are partners */
    DirectLoad(List<Peer> peers, int window) {
        this.window = window;
        for (int i = 0; i < peers.size(); i += 2) {
            Peer one = peers.get(i);
            Peer other = peers.get(i + 1);
            senders.add(new Sender(one, other));
            senders.add(new Sender(other, one));
        }
    }

    /** One user who says the same thing to another one, again and again. */
    private final class Sender {
        private final Peer peer;
        private final Peer partner;
        private final byte[] request;
        private final byte[] relay;
        private final long[] sentAt = new long[window];
        private long sent;
        private long heard;

        Sender(Peer peer, Peer partner) {
            this.peer = peer;
            this.partner = partner;
            String channel = peer.user() + '.' + partner.user();
            request = Frames.text("{\"code\":\"message.direct\",\"message\":\"\",\"websocketId\":\""
                    + peer.websocketId() + "\",\"userId\":\"" + peer.user() + "\",\"channel\":\"" + channel + "\"}");
            relay =
                    ("{\"code\":\"subscribe.direct\",\"message\":\"\",\"websocketId\":\"\",\"userId\":\"\",\"channel\":\""
                                    + channel + "\"}")
                            .getBytes(StandardCharsets.UTF_8);
            partner.listen(this::heard);
        }

        void say() {
            sentAt[(int) (sent++ % window)] = System.nanoTime();
            peer.send(request);
        }

        /** The partner was told. */
        private void heard(byte[] buffer, int offset, int length) {
            if (!Arrays.equals(buffer, offset, offset + length, relay, 0, relay.length)) {
                throw new InvalidRunException("not the relay that was asked for: "
                        + new String(buffer, offset, length, StandardCharsets.UTF_8));
            }
            if (heard == sent) {
                throw new InvalidRunException("a relay came twice");
            }
            samples.add(System.nanoTime() - sentAt[(int) (heard++ % window)]);
            delivered++;
            if (!stopped) {
                say();
            }
        }
    }

    @Override
    public void begin() {
        for (Sender sender : senders) {
            for (int i = 0; i < window; i++) {
                sender.say();
            }
        }
    }

    @Override
    public long delivered() {
        return delivered;
    }

    @Override
    public Samples samples() {
        return samples;
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public int nudge(long sentBefore) {
        int late = 0;
        for (Sender sender : senders) {
            if (sender.heard < sender.sent && sender.sentAt[(int) (sender.heard % window)] - sentBefore < 0) {
                sender.partner.ping();
                late++;
            }
        }
        return late;
    }

    @Override
    public boolean isQuiet() {
        return senders.stream().allMatch(sender -> sender.heard == sender.sent);
    }
}
