package dev.mirror.client;

import dev.mirror.hub.Mirror;
import dev.mirror.hub.Session;
import dev.mirror.identity.Credentials;
import dev.mirror.message.CloseReason;
import dev.mirror.message.Frame;
import dev.mirror.message.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A network between clients and a real hub, in virtual time, that loses what the test wants lost. */
final class HubNetwork implements ClientTransport {
    private final Mirror mirror;
    private final Executor serverLane;
    private final List<Line> lines = new ArrayList<>();
    final List<String> up = new ArrayList<>();
    final List<String> down = new ArrayList<>();
    boolean unreachable;
    /** The connection breaks instead of carrying such a frame up; asked once for each frame. */
    Predicate<String> cutsUp = frame -> false;
    /** The connection breaks instead of carrying such a frame down. */
    Predicate<String> cutsDown = frame -> false;
    /** What becomes of a frame on its way down. */
    UnaryOperator<String> changesDown = frame -> frame;

    HubNetwork(Mirror mirror, Executor serverLane) {
        this.mirror = mirror;
        this.serverLane = serverLane;
    }

    @Override
    public Connection open(String token, Executor lane, Listener listener) {
        Line line = new Line(lane, listener);
        lines.add(line);
        if (unreachable) {
            line.cut();
        } else {
            serverLane.execute(() -> line.begin(token));
        }
        return line.near;
    }

    /** Breaks every connection, without a word. */
    void cutAll() {
        List.copyOf(lines).forEach(Line::cut);
    }

    int opened() {
        return lines.size();
    }

    private final class Line {
        private final Executor lane;
        private final Listener listener;
        private final Near near = new Near();
        private @Nullable Session session;
        private boolean ended;

        Line(Executor lane, Listener listener) {
            this.lane = lane;
            this.listener = listener;
        }

        void begin(String token) {
            if (!ended) {
                session = mirror.open(new Far(), serverLane, Protocol.V2, new Credentials.Token(token));
            }
        }

        void cut() {
            end(Engine.UNREACHABLE);
        }

        void end(CloseReason reason) {
            if (ended) {
                return;
            }
            ended = true;
            lane.execute(() -> listener.closed(reason));
            serverLane.execute(() -> {
                if (session != null) {
                    session.closed();
                }
            });
        }

        private final class Near implements Connection {
            @Override
            public void send(Frame frame) {
                String text = frame.toString();
                if (cutsUp.test(text)) {
                    cut();
                }
                if (ended) {
                    return;
                }
                up.add(text);
                serverLane.execute(() -> {
                    if (session != null && !ended) {
                        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                        session.receive(bytes, 0, bytes.length);
                    }
                });
            }

            @Override
            public void close(CloseReason reason) {
                end(reason);
            }

            @Override
            public void abort() {
                cut();
            }
        }

        private final class Far implements dev.mirror.spi.Connection {
            @Override
            public boolean send(Frame frame) {
                String text = changesDown.apply(frame.toString());
                if (cutsDown.test(text)) {
                    cut();
                }
                if (ended) {
                    return false;
                }
                down.add(text);
                lane.execute(() -> listener.received(text.getBytes(StandardCharsets.UTF_8)));
                return true;
            }

            @Override
            public long queuedBytes() {
                return 0;
            }

            @Override
            public void close(CloseReason reason) {
                end(reason);
            }
        }
    }
}
