package dev.mirror.simulation;

import dev.mirror.client.ClientBuilder;
import dev.mirror.client.MirrorClient;
import dev.mirror.testkit.fake.StaticAuthenticator;
import dev.mirror.testkit.time.VirtualTime;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** One seed's time, chance, network, server and accounts. On one thread, and the same every time. */
final class World implements AutoCloseable {
    private static final URI ANYWHERE = URI.create("ws://mirror.invalid/ws");
    private static final Duration STEP = Duration.ofMillis(10);

    final SplittableRandom chance;
    final VirtualTime time;
    final Transcript transcript;
    final StaticAuthenticator users;
    final Server server;
    final Network network;

    /** @param told whether there is a transcript */
    World(long seed, boolean told, Network.Witness witness) {
        chance = new SplittableRandom(seed);
        time = new VirtualTime(VirtualTime.START, chance.split());
        transcript = new Transcript(time, told);
        users = new StaticAuthenticator(time);
        server = new Server(time, chance.split(), transcript, users);
        network = new Network(time, chance.split(), transcript, server.host(), witness);
        server.connect(network);
    }

    /** Describes a client that lives on a machine of its own in this world, and has a token for it. */
    ClientBuilder client(String who, Machine machine, Supplier<CompletionStage<String>> tokens) {
        return MirrorClient.builder(ANYWHERE)
                .tokens(tokens)
                .transport(network.transport(who))
                .time(machine::lane, (delay, task) -> machine.schedule(delay, task)::cancel, time::nanos)
                .random(chance.split());
    }

    /** Logs in over the network: a token a little later, or a failure if the way is cut. */
    CompletionStage<String> logIn(String user, Machine machine, Supplier<String> token) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        boolean cut = network.isCut(user, true) || network.isCut(user, false) || !server.isRunning();
        machine.schedule(network.latency(), () -> {
            if (cut) {
                answer.completeExceptionally(new IOException("no way to the server"));
            } else {
                answer.complete(token.get());
            }
        });
        return answer;
    }

    /** Lets time pass, at most so much, until something is so; whether it is. */
    boolean passUntil(Duration most, BooleanSupplier condition) {
        long end = time.nanos() + most.toNanos();
        time.runAll();
        while (!condition.getAsBoolean() && time.nanos() < end) {
            time.advance(STEP);
        }
        return condition.getAsBoolean();
    }

    /** Lets time pass until there is an answer. */
    <T> T await(CompletionStage<T> stage) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        if (!passUntil(Duration.ofMinutes(1), future::isDone)) {
            throw new AssertionError("there is no answer within a minute of virtual time");
        }
        try {
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
