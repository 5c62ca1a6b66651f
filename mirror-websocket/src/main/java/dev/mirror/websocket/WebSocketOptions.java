package dev.mirror.websocket;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The settings of a {@link WebSocketTransport}: immutable, checked when built. Every limit says what happens at it. */
public final class WebSocketOptions {
    private final Builder values;

    private WebSocketOptions(Builder values) {
        this.values = values;
    }

    /** Settings with their defaults, to be changed. */
    public static Builder builder() {
        return new Builder();
    }

    /** The defaults: loopback, a free port. */
    public static WebSocketOptions defaults() {
        return builder().build();
    }

    /** The address to listen on. */
    public String host() {
        return values.host;
    }

    /** The port to listen on; 0 for a free one. */
    public int port() {
        return values.port;
    }

    /** The path of the WebSocket; an upgrade for another one is answered with 404. */
    public String path() {
        return values.path;
    }

    /** How many event loops there are, each with one thread. */
    public int loops() {
        return values.loops;
    }

    /** The longest message, in one frame or in several, in bytes; a longer one closes with 1009. */
    public int maxFrameBytes() {
        return values.maxFrameBytes;
    }

    /** Into how many fragments a message may be cut; more close with 1009. */
    public int maxFragments() {
        return values.maxFragments;
    }

    /** How many bytes may wait for one connection; more make it a slow consumer. */
    public int outboxBytes() {
        return values.outboxBytes;
    }

    /** How many frames may wait for one connection; more make it a slow consumer. */
    public int outboxFrames() {
        return values.outboxFrames;
    }

    /**
     * How many bytes may wait for all connections together; with more, those for whom most
     * waits are slow consumers. Each loop has an equal share.
     */
    public long outboxTotalBytes() {
        return values.outboxTotalBytes;
    }

    /** How many WebSocket connections there may be; a further upgrade is answered with 503. */
    public int maxConnections() {
        return values.maxConnections;
    }

    /**
     * How many accepted connections may be without a complete request, with 4 KiB for each on the average; a further one,
     * or a further byte, pushes out the oldest.
     */
    public int maxHandshakes() {
        return values.maxHandshakes;
    }

    /** How many connections are accepted a second; further ones wait in the system's backlog. */
    public int acceptsPerSecond() {
        return values.acceptsPerSecond;
    }

    /** The longest head of a request, in bytes; a longer one is answered with 431. */
    public int maxHeadBytes() {
        return values.maxHeadBytes;
    }

    /** How long the head of a request may take; after that the connection is cut. */
    public Duration handshakeTimeout() {
        return values.handshakeTimeout;
    }

    /** After how long a silence the peer is pinged. */
    public Duration idleAfter() {
        return values.idleAfter;
    }

    /** How much longer the silence may last; after that the connection is closed with 4201. */
    public Duration idleGrace() {
        return values.idleGrace;
    }

    /** How long a message may take from its first byte to its last; after that the connection is closed with 4201. */
    public Duration messageTimeout() {
        return values.messageTimeout;
    }

    /** How long a close may take, the flush of what waits included; after that the connection is cut. */
    public Duration closeTimeout() {
        return values.closeTimeout;
    }

    /** How long {@link WebSocketTransport#close} waits for connections to end; after that they are cut. */
    public Duration drainTimeout() {
        return values.drainTimeout;
    }

    /**
     * The origins that may connect besides the server's own, each as {@code scheme://host} or {@code scheme://host:port}.
     */
    public Set<String> allowedOrigins() {
        return values.allowedOrigins;
    }

    /** Who serves requests that are not for the WebSocket. */
    public Optional<HttpHandOver> httpHandOver() {
        return Optional.ofNullable(values.httpHandOver);
    }

    /** What tells elapsed time, in nanoseconds. */
    public LongSupplier ticker() {
        return values.ticker;
    }

    /** What makes the loops' threads. */
    public ThreadFactory threads() {
        return values.threads;
    }

    /** Whether whole text frames take the short way; tests switch it off to send them through the engine. */
    boolean fastPath() {
        return values.fastPath;
    }

    /** Collects settings. Not safe for several threads. */
    public static final class Builder implements Cloneable {
        // All fields: owned by the thread that builds, never changed once built.
        private String host = "127.0.0.1";
        private int port;
        private String path = "/ws";
        private int loops = Runtime.getRuntime().availableProcessors();
        private int maxFrameBytes = 65_536;
        private int maxFragments = 128;
        private int outboxBytes = 1 << 20;
        private int outboxFrames = 1_000;
        private long outboxTotalBytes = Runtime.getRuntime().maxMemory() / 4;
        private int maxConnections = 20_000;
        private int maxHandshakes = 8_192;
        private int acceptsPerSecond = 10_000;
        private int maxHeadBytes = 8_192;
        private Duration handshakeTimeout = Duration.ofSeconds(10);
        private Duration idleAfter = Duration.ofSeconds(25);
        private Duration idleGrace = Duration.ofSeconds(10);
        private Duration messageTimeout = Duration.ofSeconds(10);
        private Duration closeTimeout = Duration.ofSeconds(5);
        private Duration drainTimeout = Duration.ofSeconds(10);
        private Set<String> allowedOrigins = Set.of();
        private @Nullable HttpHandOver httpHandOver;
        private LongSupplier ticker = System::nanoTime;
        private ThreadFactory threads = namedThreads();
        private boolean fastPath = true;

        private Builder() {}

        private static ThreadFactory namedThreads() {
            AtomicInteger number = new AtomicInteger();
            return task -> new Thread(task, "mirror-loop-" + number.getAndIncrement());
        }

        /** See {@link WebSocketOptions#host}. Default: 127.0.0.1. */
        @CanIgnoreReturnValue
        public Builder host(String value) {
            host = value;
            return this;
        }

        /** See {@link WebSocketOptions#port}. Default: 0. */
        @CanIgnoreReturnValue
        public Builder port(int value) {
            port = value;
            return this;
        }

        /** See {@link WebSocketOptions#path}. Default: {@code /ws}. */
        @CanIgnoreReturnValue
        public Builder path(String value) {
            path = value;
            return this;
        }

        /** See {@link WebSocketOptions#loops}. Default: the number of processors. */
        @CanIgnoreReturnValue
        public Builder loops(int value) {
            loops = value;
            return this;
        }

        /** See {@link WebSocketOptions#maxFrameBytes}. Default: 65,536. */
        @CanIgnoreReturnValue
        public Builder maxFrameBytes(int value) {
            maxFrameBytes = value;
            return this;
        }

        /** See {@link WebSocketOptions#maxFragments}. Default: 128. */
        @CanIgnoreReturnValue
        public Builder maxFragments(int value) {
            maxFragments = value;
            return this;
        }

        /** See {@link WebSocketOptions#outboxBytes} and {@link WebSocketOptions#outboxFrames}. Default: 1 MiB, 1,000. */
        @CanIgnoreReturnValue
        public Builder outbox(int bytes, int frames) {
            outboxBytes = bytes;
            outboxFrames = frames;
            return this;
        }

        /** See {@link WebSocketOptions#outboxTotalBytes}. Default: a quarter of the largest heap. */
        @CanIgnoreReturnValue
        public Builder outboxTotalBytes(long value) {
            outboxTotalBytes = value;
            return this;
        }

        /** See {@link WebSocketOptions#maxConnections}. Default: 20,000; keep it below the limit of open files. */
        @CanIgnoreReturnValue
        public Builder maxConnections(int value) {
            maxConnections = value;
            return this;
        }

        /**
         * See {@link WebSocketOptions#maxHandshakes} and {@link WebSocketOptions#acceptsPerSecond}. Default: 8,192 and
         * 10,000.
         */
        @CanIgnoreReturnValue
        public Builder accepting(int handshakes, int perSecond) {
            maxHandshakes = handshakes;
            acceptsPerSecond = perSecond;
            return this;
        }

        /**
         * See {@link WebSocketOptions#maxHeadBytes} and {@link WebSocketOptions#handshakeTimeout}. Default: 8 KiB, 10 s.
         */
        @CanIgnoreReturnValue
        public Builder handshake(int headBytes, Duration timeout) {
            maxHeadBytes = headBytes;
            handshakeTimeout = timeout;
            return this;
        }

        /** See {@link WebSocketOptions#idleAfter} and {@link WebSocketOptions#idleGrace}. Default: 25 s and 10 s. */
        @CanIgnoreReturnValue
        public Builder idle(Duration after, Duration grace) {
            idleAfter = after;
            idleGrace = grace;
            return this;
        }

        /** See {@link WebSocketOptions#messageTimeout}. Default: 10 s. */
        @CanIgnoreReturnValue
        public Builder messageTimeout(Duration value) {
            messageTimeout = value;
            return this;
        }

        /** See {@link WebSocketOptions#closeTimeout}. Default: 5 s. */
        @CanIgnoreReturnValue
        public Builder closeTimeout(Duration value) {
            closeTimeout = value;
            return this;
        }

        /** See {@link WebSocketOptions#drainTimeout}. Default: 10 s. */
        @CanIgnoreReturnValue
        public Builder drainTimeout(Duration value) {
            drainTimeout = value;
            return this;
        }

        /** See {@link WebSocketOptions#allowedOrigins}. Default: none. */
        @CanIgnoreReturnValue
        public Builder allowedOrigins(Set<String> value) {
            allowedOrigins = Set.copyOf(value);
            return this;
        }

        /** See {@link WebSocketOptions#httpHandOver}. Default: nobody; such requests are answered with 404 or 426. */
        @CanIgnoreReturnValue
        public Builder httpHandOver(HttpHandOver value) {
            httpHandOver = value;
            return this;
        }

        /** See {@link WebSocketOptions#ticker}. Default: {@link System#nanoTime}. */
        @CanIgnoreReturnValue
        public Builder ticker(LongSupplier nanoseconds) {
            ticker = nanoseconds;
            return this;
        }

        /** See {@link WebSocketOptions#threads}. Default: plain threads named {@code mirror-loop-N}. */
        @CanIgnoreReturnValue
        public Builder threads(ThreadFactory value) {
            threads = value;
            return this;
        }

        @CanIgnoreReturnValue
        Builder fastPath(boolean value) {
            fastPath = value;
            return this;
        }

        /**
         * The settings.
         *
         * @throws IllegalArgumentException if one is out of range
         */
        public WebSocketOptions build() {
            check(port >= 0 && port <= 65_535, "port: 0 to 65535");
            check(path.startsWith("/") && path.indexOf('?') < 0, "path: begins with / and has no query");
            check(loops >= 1 && loops <= 1_024, "loops: 1 to 1024");
            check(maxFrameBytes >= 125 && maxFrameBytes <= 1 << 24, "maxFrameBytes: 125 to 16 MiB");
            check(maxFragments >= 1, "maxFragments: at least 1");
            check(outboxBytes >= 1_024 && outboxFrames >= 1, "outbox: at least 1 KiB and 1 frame");
            check(outboxTotalBytes >= outboxBytes, "outboxTotalBytes: at least one outbox");
            check(maxConnections >= 1, "maxConnections: at least 1");
            check(maxHandshakes >= loops && acceptsPerSecond >= 1, "accepting: at least one for each loop, 1 a second");
            check(maxHeadBytes >= 256 && maxHeadBytes <= 65_536, "handshake: 256 to 65536 bytes");
            for (Duration d :
                    List.of(handshakeTimeout, idleAfter, idleGrace, messageTimeout, closeTimeout, drainTimeout)) {
                check(d.toMillis() > 0 && d.toDays() < 1, "durations: more than 0, less than a day");
            }
            try {
                return new WebSocketOptions((Builder) clone());
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
        }

        private static void check(boolean holds, String rule) {
            if (!holds) {
                throw new IllegalArgumentException(rule);
            }
        }
    }
}
