package dev.mirror.server;

import dev.mirror.gateway.GatewayBuilder;
import dev.mirror.gateway.PubNubGateway;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.publish.PublishOptions;
import dev.mirror.gateway.stream.Catalogue;
import dev.mirror.gateway.stream.Stream;
import dev.mirror.hub.Mirror;
import dev.mirror.identity.Principal;
import dev.mirror.message.MirrorException;
import dev.mirror.server.config.ExitCode;
import dev.mirror.server.config.StartException;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Presence;
import dev.mirror.spi.Scheduler;
import dev.mirror.sql.LogOptions;
import dev.mirror.sql.SqlLog;
import dev.mirror.sql.accounts.Account;
import dev.mirror.sql.accounts.Accounts;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;

/** PubNub's interface over the log of this server: the gateway, its threads, and how it hears of commits. */
final class PubNub implements AutoCloseable {
    /** What the log keeps of a message beside its text: meta data counts as text. */
    private static final int ENVELOPE_BYTES = 4_096;

    private final ExecutorService threads;
    private final PubNubGateway gateway;
    private final SqlLog.Tap tap;

    /**
     * What it stands on.
     *
     * @param broker the log, as everybody else publishes into it
     * @param presence who is in rooms, as the hub knows it
     */
    record Ground(Broker broker, Mirror mirror, Accounts users, Presence presence) {}

    /** Time and chance. */
    record Surroundings(InstantSource time, RandomGenerator chance, Scheduler scheduler) {}

    /** Whose requests are answered, and how often they publish who show no token. */
    record Settings(List<Keyset> keysets, int publishPerSecond) {}

    /**
     * The gateway.
     *
     * @param log tells of commits
     * @throws StartException if the store does not answer
     */
    PubNub(Settings settings, SqlLog log, Ground ground, Surroundings surroundings) {
        int most = Math.max(2, Runtime.getRuntime().availableProcessors());
        // Each of its tasks is about polls that are open, of which each has at most one, or about a request that waits.
        threads = Executors.newFixedThreadPool(most, Threads.named("mirror-pubnub-"));
        GatewayBuilder builder = PubNubGateway.builder()
                .keysets(settings.keysets)
                .broker(ground.broker)
                .mirror(ground.mirror)
                .users(ground.users)
                .people(user -> ground.users.find(user).thenApply(found -> found.map(PubNub::principal)))
                .presence(ground.presence)
                .random(surroundings.chance)
                .surroundings(new Stream.Surroundings(surroundings.time, surroundings.scheduler, threads))
                .catalogue(wish -> log.channels(wish.prefix(), wish.from(), wish.since(), wish.limit())
                        .thenApply(page -> new Catalogue.Page(page.names(), page.next())))
                .publish(PublishOptions.STANDARD.withPerSecond(settings.publishPerSecond))
                .state(new LogStateStore(log.state()));
        try {
            gateway = builder.build();
        } catch (RuntimeException failure) {
            threads.shutdown();
            throw asStartException(failure);
        }
        try {
            Stream stream = gateway.stream();
            tap = log.tap(stream::committed, stream::missed)
                    .toCompletableFuture()
                    .join();
        } catch (RuntimeException failure) {
            gateway.close();
            threads.shutdown();
            throw asStartException(failure);
        }
    }

    private static RuntimeException asStartException(RuntimeException failure) {
        if (!(failure instanceof CompletionException)) {
            return failure;
        }
        String reason = failure.getCause() instanceof MirrorException known
                ? String.valueOf(known.getMessage())
                : "the log does not answer";
        return new StartException(ExitCode.STORE_UNAVAILABLE, reason, failure);
    }

    /** The log's options with room for the longest message. */
    static LogOptions room(LogOptions options) {
        int bytes = PublishOptions.STANDARD.largeBytes() + ENVELOPE_BYTES;
        return new LogOptions(options.kept(), bytes, options.hotBytes(), options.waitingBytes(), options.sweep());
    }

    private static Principal principal(Account account) {
        return Principal.permanent(account.id(), account.channelId(), account.name());
    }

    PubNubGateway gateway() {
        return gateway;
    }

    /** Hears of nothing any more. Polls that are open were answered before. */
    @Override
    public void close() {
        tap.close();
        gateway.close();
        threads.shutdown();
    }
}
