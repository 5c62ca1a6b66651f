package dev.mirror.server.chat;

import dev.mirror.channel.ChannelName;
import dev.mirror.client.ClientState;
import dev.mirror.client.MirrorClient;
import dev.mirror.client.Receipt;
import dev.mirror.client.StateChange;
import dev.mirror.identity.UserId;
import dev.mirror.message.CloseReason;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One chat: lines in, what happens out. Lines are carried out in order; what is said is not waited for, but at most
 * {@value #MAX_UNANSWERED} of it at a time.
 */
final class Terminal {
    static final String HELP = """
            /dm USER TEXT   write to a user, by name or id; without a text, talk to them from now on
            /join ROOM      listen to a room, and talk in it from now on
            /who            who is in the room
            /history [N]    the last N messages here (20)
            /help           this
            /quit           leave
            Anything else is said where you are. A line that begins with // is said with one /.""";

    private static final int MAX_UNANSWERED = 500;
    private static final int HISTORY = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Directory directory;
    private final Screen screen;
    private final MirrorClient client;
    private final BlockingQueue<Input> inputs = new ArrayBlockingQueue<>(64);
    private final AtomicBoolean failed = new AtomicBoolean();
    private final Deque<CompletableFuture<?>> unanswered = new ArrayDeque<>(); // the thread that runs the chat
    private @Nullable ChannelName room; // the thread that runs the chat
    private @Nullable UserId peer; // the thread that runs the chat; set where one talks to a user
    private String where = ""; // the thread that runs the chat; the name of either, for the prompt

    /** A line, or the end of the input. */
    private record Input(Optional<String> line) {}

    Terminal(URI server, Directory directory, Screen screen) {
        this.directory = directory;
        this.screen = screen;
        this.client = MirrorClient.builder(server)
                .tokens(directory::token)
                .onDirect((message, chat) -> screen.said(message, false))
                .onAnyChannel((message, chat) -> screen.said(message, false))
                .onPresence(
                        (change, chat) -> screen.presence(change.channel().toString(), change.name(), change.joined()))
                .onGap((gap, chat) -> screen.gap(gap.channel().toString()))
                .onState(this::changed)
                .build();
    }

    /**
     * Chats until the input ends, somebody says {@code /quit}, or the server ends it.
     *
     * @param first the room to begin in; empty for none
     * @return whether everything worked
     */
    boolean run(BufferedReader in, String first) throws InterruptedException {
        try (client) {
            if (await(client.connect()).isEmpty()) {
                return false;
            }
            if (!first.isEmpty()) {
                join(first);
            }
            Thread reader = new Thread(() -> read(in), "mirror-chat-input");
            reader.setDaemon(true);
            reader.start();
            loop();
            settle();
        }
        return !failed.get();
    }

    /** Waits until what was said is stored, or is known not to be. */
    private void settle() throws InterruptedException {
        while (!unanswered.isEmpty()) {
            await(unanswered.remove());
        }
    }

    /** When the server has ended it there is nothing left to read lines for. */
    private void changed(StateChange change) {
        screen.state(change);
        if (change.to() == ClientState.CLOSED && !change.reason().equals(CloseReason.NORMAL)) {
            failed.set(true);
            if (!inputs.offer(new Input(Optional.empty()))) {
                screen.note("the lines that wait are lost");
                inputs.clear();
                inputs.add(new Input(Optional.empty()));
            }
        }
    }

    private void read(BufferedReader in) {
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                inputs.put(new Input(Optional.of(line)));
            }
            inputs.put(new Input(Optional.empty()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private void loop() throws InterruptedException {
        screen.prompt(where);
        Optional<String> line = inputs.take().line();
        while (line.isPresent() && carryOut(line.get())) {
            screen.prompt(where);
            line = inputs.take().line();
        }
    }

    /** Carries out one line; false if it was the last. */
    private boolean carryOut(String line) throws InterruptedException {
        if (!line.startsWith("/") || line.startsWith("//")) {
            say(line.startsWith("//") ? line.substring(1) : line);
            return true;
        }
        String[] words = line.strip().split("\\s+", 2);
        String rest = words.length > 1 ? words[1] : "";
        switch (words[0]) {
            case "/dm" -> direct(rest);
            case "/join" -> join(rest);
            case "/who" -> who();
            case "/history" -> history(rest);
            case "/help" -> screen.note(HELP);
            case "/quit" -> {
                return false;
            }
            default -> fail("usage", words[0] + " is not a command; /help lists them");
        }
        return true;
    }

    private void say(String text) throws InterruptedException {
        UserId to = peer;
        ChannelName in = room;
        if (text.isBlank()) {
            return;
        }
        if (to != null) {
            sent(client.direct(to, text));
        } else if (in != null) {
            sent(client.publish(in.toString(), text));
        } else {
            fail("usage", "nobody would hear it; /join ROOM or /dm USER first");
        }
    }

    private void sent(CompletableFuture<Receipt> receipt) throws InterruptedException {
        unanswered.add(receipt.thenApply(stored -> {
            screen.stored(stored);
            return stored;
        }));
        while (unanswered.size() > MAX_UNANSWERED || isAnsweredAtTheHead()) {
            await(unanswered.remove());
        }
    }

    private boolean isAnsweredAtTheHead() {
        CompletableFuture<?> head = unanswered.peek();
        return head != null && head.isDone();
    }

    private void direct(String rest) throws InterruptedException {
        String[] words = rest.split("\\s+", 2);
        if (words[0].isEmpty()) {
            fail("usage", "/dm USER TEXT");
            return;
        }
        Optional<UserId> found = user(words[0]);
        if (found.isEmpty()) {
            return;
        }
        if (words.length > 1 && !words[1].isBlank()) {
            sent(client.direct(found.get(), words[1]));
        } else {
            peer = found.get();
            room = null;
            where = words[0];
        }
    }

    /** By name, and if nobody has it, by id. */
    private Optional<UserId> user(String nameOrId) throws InterruptedException {
        Optional<Optional<UserId>> answer = await(directory.find(nameOrId));
        if (answer.isEmpty()) {
            return Optional.empty();
        }
        Optional<UserId> found = answer.get().or(() -> UserId.parse(nameOrId));
        if (found.isEmpty()) {
            fail(ErrorCode.NOT_FOUND.wire(), "nobody is called " + nameOrId);
        }
        return found;
    }

    private void join(String name) throws InterruptedException {
        Optional<ChannelName> channel = ChannelName.parse(name);
        if (channel.isEmpty()) {
            fail(ErrorCode.BAD_CHANNEL.wire(), "a room is named by 1 to 64 of A-Z a-z 0-9 _ -");
        } else if (await(client.subscribe(name)).isPresent()) {
            room = channel.get();
            peer = null;
            where = name;
        }
    }

    private void who() throws InterruptedException {
        ChannelName in = room;
        if (in == null) {
            fail("usage", "/join ROOM first");
            return;
        }
        await(client.presence(in.toString())).ifPresent(members -> screen.members(in.toString(), members));
    }

    private void history(String count) throws InterruptedException {
        String channel = channel();
        if (channel == null) {
            fail("usage", "/join ROOM or /dm USER first");
        } else if (!count.matches("\\d{0,3}")) {
            fail("usage", "/history N, with N up to 300");
        } else {
            settle(); // what was said in the line before belongs to it
            int limit = count.isEmpty() ? HISTORY : Math.min(300, Math.max(1, Integer.parseInt(count)));
            await(client.history(channel, limit))
                    .ifPresent(page -> page.events().stream()
                            .filter(event -> !event.isAmendment())
                            .forEach(event -> screen.said(event, true)));
        }
    }

    private @Nullable String channel() {
        UserId to = peer;
        if (to != null) {
            return client.user()
                    .map(me -> ChannelName.direct(me, to).toString())
                    .orElse(null);
        }
        return room == null ? null : room.toString();
    }

    /** Waits for an answer; says so, and remembers it, if there is none or it is a refusal. */
    private <T> Optional<T> await(CompletableFuture<T> answer) throws InterruptedException {
        try {
            return Optional.of(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        } catch (TimeoutException late) {
            fail(ErrorCode.BUSY.wire(), "no answer for " + PATIENCE.toSeconds() + " s");
        } catch (ExecutionException refused) {
            Throwable cause = refused.getCause() instanceof MirrorException ? refused.getCause() : refused;
            ErrorCode code = cause instanceof MirrorException known ? known.code() : ErrorCode.INTERNAL;
            fail(code.wire(), String.valueOf(cause.getMessage()));
        }
        return Optional.empty();
    }

    private void fail(String code, String detail) {
        failed.set(true);
        screen.error(code, detail);
    }
}
