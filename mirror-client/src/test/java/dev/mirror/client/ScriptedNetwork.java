package dev.mirror.client;

import dev.mirror.message.CloseReason;
import dev.mirror.message.Frame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** A server that says what the test makes it say. */
final class ScriptedNetwork implements ClientTransport {
    final List<Attempt> attempts = new ArrayList<>();

    @Override
    public Connection open(String token, Executor lane, Listener listener) {
        Attempt attempt = new Attempt(token, lane, listener);
        attempts.add(attempt);
        return attempt;
    }

    Attempt last() {
        return attempts.get(attempts.size() - 1);
    }

    static final class Attempt implements Connection {
        final String token;
        final List<String> sent = new ArrayList<>();
        boolean aborted;
        private final Executor lane;
        private final Listener listener;

        Attempt(String token, Executor lane, Listener listener) {
            this.token = token;
            this.lane = lane;
            this.listener = listener;
        }

        void hello() {
            hello("ann");
        }

        void hello(String user) {
            say("{\"code\":\"registered.success\",\"message\":\"Registered\",\"websocketId\":\"w\",\"userId\":\"" + user
                    + "\",\"channel\":\"" + user + "-room\",\"data\":{\"name\":\"" + user
                    + "\",\"limits\":{\"frameBytes\":65536,\"publishPerSecond\":50,\"publishBurst\":100},\"idleMs\":25000,"
                    + "\"exp\":0,\"inbox\":{\"epoch\":\"e\",\"offset\":0}}}");
        }

        void say(String frame) {
            lane.execute(() -> listener.received(frame.getBytes(StandardCharsets.UTF_8)));
        }

        void heard() {
            lane.execute(listener::heard);
        }

        void end(CloseReason reason) {
            lane.execute(() -> listener.closed(reason));
        }

        @Override
        public void send(Frame frame) {
            sent.add(frame.toString());
        }

        @Override
        public void close(CloseReason reason) {
            end(reason);
        }

        @Override
        public void abort() {
            aborted = true;
        }
    }
}
