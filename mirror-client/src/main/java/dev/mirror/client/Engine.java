package dev.mirror.client;

import dev.mirror.client.ClientTransport.Connection;
import dev.mirror.identity.UserId;
import dev.mirror.message.ClientMessage;
import dev.mirror.message.CloseReason;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.JsonCodec;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Protocol;
import dev.mirror.message.ServerMessage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The life of a client: attempts, hello, heartbeat, what to do after an end, and closing. A deterministic state machine:
 * time, chance, threads and the connection are handed in. On the lane only.
 *
 * <p>Each attempt has a number. What an older attempt still says, a timer or a token included, is ignored; there is no
 * other guard against late news.
 */
final class Engine {
    /** Stands for a server that cannot be reached, and for a connection that broke. */
    static final CloseReason UNREACHABLE = new CloseReason(1006, "unreachable");

    private static final Logger LOG = System.getLogger(Engine.class.getName());
    private static final JsonCodec CODEC = JsonCodec.of(Protocol.V2);
    /** A connection that lived this long was a good one: failures are counted from 1 again. */
    private static final Duration STABLE = Duration.ofSeconds(10);
    /** How many new tokens in a row may be refused before nobody will be let in. */
    private static final int MAX_REFUSED_TOKENS = 3;
    /** The longest wait that a server can ask for. */
    private static final Duration MAX_ASKED_WAIT = Duration.ofMinutes(5);

    private final Settings settings;
    private final Environment environment;
    private final ClientTransport transport;
    private final TokenSource tokens;
    private final Parts parts;
    private final Heartbeat heartbeat;
    private final Incoming incoming;

    private volatile ClientState state = ClientState.DISCONNECTED; // written on the lane, read by all
    private int attempt; // the lane's; the number of the attempt under way, or of the last
    private @Nullable Connection connection; // the lane's
    private boolean ready; // the lane's; whether the hello came on this connection
    private ServerMessage.@Nullable Bye bye; // the lane's; what the server said before it closed
    private @Nullable UserId me; // the lane's; null before the first hello
    private @Nullable String token; // the lane's; null if a new one is needed
    private Runnable timer = () -> {}; // the lane's; calls off what the state waits for
    private int failures; // the lane's; since the last good connection
    private int refusedTokens; // the lane's; since the last hello
    private long readySince; // the lane's
    private boolean closing; // the lane's; whether only answers are waited for

    /**
     * What an engine is made of, beside its connection.
     *
     * @param owner hears of the beginning and the end
     */
    record Parts(Requests requests, Subscriptions subscriptions, Watches watches, Delivery delivery, Owner owner) {}

    /** Whom the engine works for. */
    interface Owner {
        /** The hello came; false if the client cannot work as this user. */
        boolean connected(Welcome welcome);

        void closed(CloseReason reason);
    }

    Engine(Settings settings, Environment environment, ClientTransport transport, TokenSource tokens, Parts parts) {
        this.settings = settings;
        this.environment = environment;
        this.transport = transport;
        this.tokens = tokens;
        this.parts = parts;
        this.heartbeat = new Heartbeat(environment, this::ping, () -> ended(attempt, UNREACHABLE));
        this.incoming = new Incoming(this, parts);
        parts.requests().onUnauthorised(this::tokenRefused);
        parts.requests().onEmpty(this::flushed);
    }

    void connect() {
        if (state == ClientState.DISCONNECTED && attempt == 0) {
            attempt();
        }
    }

    private void attempt() {
        int number = ++attempt;
        change(ClientState.CONNECTING, CloseReason.NORMAL, Duration.ZERO);
        arm(settings.connectTimeout(), () -> ended(number, UNREACHABLE));
        String known = token;
        if (known == null) {
            fetch(number);
        } else {
            open(number, known);
        }
    }

    private void fetch(int number) {
        Tokens.fetch(tokens, environment, new Outcome<>() {
            @Override
            public void done(String value) {
                if (number == attempt) {
                    token = value;
                    open(number, value);
                }
            }

            @Override
            public void failed(MirrorException failure) {
                if (number == attempt) {
                    LOG.log(Level.DEBUG, "No token: {0}", failure.code());
                    if (failure.code().retry() == ErrorCode.Retry.AUTH) {
                        finish(CloseReason.AUTH_REQUIRED);
                    } else {
                        ended(number, UNREACHABLE);
                    }
                }
            }
        });
    }

    private void open(int number, String shown) {
        connection = transport.open(shown, environment.lane(), new ClientTransport.Listener() {
            @Override
            public void received(byte[] text) {
                if (number == attempt) {
                    heartbeat.heard();
                    incoming.take(CODEC.decodeServer(text, 0, text.length));
                }
            }

            @Override
            public void heard() {
                if (number == attempt) {
                    heartbeat.heard();
                }
            }

            @Override
            public void closed(CloseReason reason) {
                connectionClosed(number, reason);
            }
        });
    }

    private void connectionClosed(int number, CloseReason reason) {
        if (number == attempt) {
            connection = null;
            ended(number, reason);
        }
    }

    /** The first frame of a connection; false if it cannot be one. */
    boolean hello(ServerMessage.Hello hello) {
        Connection current = connection;
        Welcome welcome = Welcome.of(hello).orElse(null);
        if (ready || current == null || welcome == null) {
            return false;
        }
        if ((me != null && !me.equals(welcome.user())) || !parts.owner().connected(welcome)) {
            finish(CloseReason.NOT_ALLOWED);
            return true;
        }
        me = welcome.user();
        ready = true;
        readySince = environment.nanos().getAsLong();
        refusedTokens = 0;
        timer.run();
        heartbeat.start(Duration.ofMillis(welcome.idleMillis()));
        parts.delivery().connected(welcome.user());
        parts.requests().connected(current, welcome);
        change(ClientState.CONNECTED, CloseReason.NORMAL, Duration.ZERO);
        parts.subscriptions().connected(welcome);
        parts.watches().connected();
        parts.requests().pump();
        return true;
    }

    /** The server closes this connection now; if it forgets to, so does the client. */
    void bye(ServerMessage.Bye message) {
        int number = attempt;
        bye = message;
        arm(settings.connectTimeout(), () -> ended(number, message.reason()));
    }

    private void ping() {
        parts.requests().session((id, user) -> new ClientMessage.Ping(id), Request.Answer.IGNORED);
    }

    /** The token ends soon: continues the session under a newer one. If that fails, the connection ends with 4301. */
    void expiring() {
        int number = attempt;
        if (!tokens.renewable()) {
            return;
        }
        Tokens.fetch(tokens, environment, Outcome.of(newer -> {
            if (number == attempt && ready) {
                token = newer;
                parts.requests().session((id, user) -> new ClientMessage.Refresh(id, newer), Request.Answer.IGNORED);
            }
        }));
    }

    /** A request was refused for want of a valid token: begins anew, with a new one. */
    private void tokenRefused() {
        ended(attempt, CloseReason.AUTH_EXPIRED);
    }

    /** The connection is over, or never came to be. */
    private void ended(int number, CloseReason reason) {
        if (number != attempt || state == ClientState.CLOSED || state == ClientState.DISCONNECTED) {
            return;
        }
        boolean good = ready && environment.nanos().getAsLong() - readySince >= STABLE.toNanos();
        failures = good ? 1 : failures + 1;
        ServerMessage.Bye said = bye;
        drop();
        if (closing && parts.requests().isEmpty()) {
            finish(CloseReason.NORMAL);
        } else {
            decide(said == null ? reason : said.reason(), Duration.ofMillis(said == null ? 0 : said.afterMillis()));
        }
    }

    /** Forgets the connection, and everything that belonged to it. */
    private void drop() {
        attempt++;
        Connection old = connection;
        connection = null;
        ready = false;
        bye = null;
        timer.run();
        heartbeat.stop();
        parts.requests().disconnected();
        parts.subscriptions().disconnected();
        parts.watches().disconnected();
        if (old != null) {
            old.abort();
        }
    }

    private void decide(CloseReason reason, Duration asked) {
        switch (reason.verdict()) {
            case STAY_AWAY -> finish(reason);
            case AUTHENTICATE -> {
                token = null;
                if (tokens.renewable() && ++refusedTokens <= MAX_REFUSED_TOKENS) {
                    again(reason, asked, true);
                } else {
                    finish(reason);
                }
            }
            case COME_BACK -> again(reason, asked, true);
            case BACK_OFF -> again(reason, asked, false);
        }
    }

    private void again(CloseReason reason, Duration asked, boolean soon) {
        Duration delay = soon && failures <= 1
                ? Backoff.soon(environment.random())
                : settings.backoff().delay(failures, environment.random());
        if (asked.compareTo(delay) > 0) {
            delay = asked.compareTo(MAX_ASKED_WAIT) > 0 ? MAX_ASKED_WAIT : asked;
        }
        change(ClientState.DISCONNECTED, reason, delay);
        arm(delay, this::attempt);
    }

    /** Closes as soon as everything is answered, and at the latest after the time for closing. */
    void close() {
        if (state == ClientState.CLOSED || closing) {
            return;
        }
        closing = true;
        if (attempt == 0 || parts.requests().isEmpty()) {
            finish(CloseReason.NORMAL);
        } else {
            environment.later(settings.closeTimeout(), () -> finish(CloseReason.NORMAL));
        }
    }

    private void flushed() {
        if (closing) {
            finish(CloseReason.NORMAL);
        }
    }

    private void finish(CloseReason reason) {
        if (state == ClientState.CLOSED) {
            return;
        }
        Connection last = connection;
        connection = null;
        drop();
        if (last != null) {
            last.close(CloseReason.NORMAL);
        }
        change(ClientState.CLOSED, reason, Duration.ZERO);
        MirrorException failure = failure(reason);
        parts.requests().failAll(unanswered(reason));
        parts.subscriptions().failAll(failure, closing);
        parts.watches().failAll(failure);
        parts.owner().closed(reason);
    }

    /** What a request fails with once the client has ended for this reason. */
    static MirrorException failure(CloseReason reason) {
        ErrorCode code = switch (reason.verdict()) {
            case AUTHENTICATE -> ErrorCode.AUTH_REQUIRED;
            case STAY_AWAY -> ErrorCode.NOT_ALLOWED;
            default -> ErrorCode.BUSY;
        };
        return new MirrorException(
                code,
                "the client is closed (" + reason.name() + "); what was not answered may or may not have happened");
    }

    /** The same of what was said: it was not refused by anybody, so whoever keeps it may say it again. */
    private static MirrorException unanswered(CloseReason reason) {
        MirrorException failure = failure(reason);
        return failure.code().retry() == ErrorCode.Retry.NEVER
                ? new MirrorException(ErrorCode.BUSY, String.valueOf(failure.getMessage()))
                : failure;
    }

    private void arm(Duration delay, Runnable task) {
        timer.run();
        timer = environment.later(delay, task);
    }

    private void change(ClientState next, CloseReason reason, Duration retryIn) {
        StateChange step = new StateChange(state, next, reason, retryIn);
        state = next;
        LOG.log(Level.DEBUG, "{0} -> {1}, {2}", step.from(), next, reason);
        parts.delivery().state(step);
    }

    /** Any thread. */
    ClientState state() {
        return state;
    }

    /** Whether requests are still taken. */
    boolean isOpen() {
        return state != ClientState.CLOSED && !closing;
    }
}
