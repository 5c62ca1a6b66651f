package dev.mirror.gateway.stream;

import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.keyset.ChannelNames;
import dev.mirror.gateway.wire.Timetoken;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Publication;
import dev.mirror.spi.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is said on the channels of keysets, in one order, and the polls that wait for it.
 *
 * <p>A log tells it of what was committed, in the order of timetokens over all channels: so what has a timetoken up to
 * the last one heard of has been heard of, and one number says what a client has of many channels. What is no longer in
 * memory is read from the logs.
 *
 * <p>Safe for any thread. {@link #committed}, {@link #missed} and {@link #pass} only note and hand over; answers are made
 * by the executor, or by whoever asks.
 */
public final class Stream {
    private static final Instant FIRST_BASE = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration SWEEP = Duration.ofSeconds(1);
    /** How many polls one task of the executor sees to. */
    private static final int TOGETHER = 32;

    private final Surroundings surroundings;
    private final StreamOptions options;
    private final Predicate<ChannelName> interest;
    private final CatchUp catchUp;
    private final int base;

    private final Object lock = new Object();
    private final Recent recent; // guarded by lock
    private final Set<Poll> open = new LinkedHashSet<>(); // guarded by lock; in the order of their deadlines
    private long lastShown; // guarded by lock; the last timetoken that something that passes by was shown with
    private boolean sweeping; // guarded by lock; whether a sweep is to come
    private boolean closed; // guarded by lock

    /** Time and threads, handed in. */
    public record Surroundings(InstantSource clock, Scheduler scheduler, Executor executor) {}

    /**
     * What a client asks.
     *
     * @param interests what it listens to
     * @param after what it has
     * @param filter what it wants to have
     */
    public record Question(List<Interest> interests, Cursor after, Predicate<Entry> filter) {
        /** Copies the list. */
        public Question {
            interests = List.copyOf(interests);
        }
    }

    /**
     * A stream that has heard of nothing.
     *
     * @param history where logs are read
     * @param interest the channels whose entries are kept
     */
    public Stream(
            Surroundings surroundings, CatchUp.Logs history, Predicate<ChannelName> interest, StreamOptions options) {
        this.surroundings = surroundings;
        this.options = options;
        this.interest = interest;
        Instant now = surroundings.clock().instant();
        this.base = (int) Math.max(1, now.getEpochSecond() - FIRST_BASE.getEpochSecond());
        this.recent = new Recent(options, base, Timetoken.of(now));
        this.catchUp = new CatchUp(history, options, base, surroundings.executor());
    }

    /**
     * Takes what was committed. One call at a time, with {@link #missed} too, each with later timetokens.
     *
     * @param publications of every channel, in the order of their timetokens
     */
    public void committed(List<Publication> publications) {
        Set<Poll> woken = new LinkedHashSet<>();
        synchronized (lock) {
            for (Publication publication : publications) {
                Cursor before = recent.now();
                recent.advance(publication.timetoken());
                if (publication.origin() == null && interest.test(publication.channel())) {
                    List<String> topics = Interest.topics(publication.channel(), "");
                    Set<Poll> waiting = recent.add(Entry.of(publication, base), topics);
                    unpark(waiting, before);
                    woken.addAll(waiting);
                }
            }
        }
        goOn(woken);
    }

    /** Something was committed that it is not told of; whatever that was, it has a timetoken up to this one. */
    public void missed(long timetoken) {
        Set<Poll> woken;
        synchronized (lock) {
            Cursor before = recent.now();
            recent.miss(timetoken);
            woken = recent.waiting();
            unpark(woken, before);
        }
        goOn(woken);
    }

    /**
     * Says something that is in no log.
     *
     * @param presence whether it is said on the presence twin of the channel
     * @return the timetoken that it is shown with
     */
    public long pass(ChannelName channel, Envelope envelope, boolean presence) {
        String ending = presence ? ChannelNames.PRESENCE : "";
        Set<Poll> woken;
        long shown;
        synchronized (lock) {
            Cursor before = recent.now();
            Cursor key = recent.pass();
            shown = shown(key);
            Entry entry = Entry.passing(key, shown, ChannelNames.shown(channel) + ending, envelope);
            woken = recent.add(entry, Interest.topics(channel, ending));
            unpark(woken, before);
        }
        goOn(woken);
        return shown;
    }

    /** Clients tell messages apart by their timetokens, so no two of those that pass by get one. */
    private long shown(Cursor key) {
        long now = Timetoken.of(surroundings.clock().instant());
        lastShown = Math.max(Math.max(now, key.timetoken()), lastShown + 1);
        return lastShown;
    }

    /** The region of a cursor after which nothing has passed by: with it a cursor says no more than its timetoken. */
    public int plainRegion() {
        return base;
    }

    /** What a client has that asks only for what is to come. */
    public Cursor now() {
        synchronized (lock) {
            return recent.now();
        }
    }

    /** A place that everything comes after that was said within this time, but not much more. */
    public Cursor before(Duration time) {
        long then = Timetoken.of(surroundings.clock().instant().minus(time));
        Cursor now = now();
        return then < now.timetoken() ? new Cursor(then, base) : now;
    }

    /** Asks for what comes after a cursor. */
    public Poll poll(Question question) {
        long deadline = surroundings.clock().millis() + options.hold().toMillis();
        Poll poll = new Poll(this, question, deadline);
        synchronized (lock) {
            poll.cursor = notAhead(question.after());
            if (closed) {
                poll.answer.complete(new Batch(List.of(), poll.cursor));
            } else if (open.size() < options.polls()) {
                open.add(poll);
            } else {
                poll.answer.completeExceptionally(new MirrorException(ErrorCode.BUSY, "too many polls are open"));
            }
        }
        if (!poll.answer.isDone()) {
            goOn(poll);
        }
        return poll;
    }

    /** Timetokens to come are later than the clock, so a cursor that is later than that says no more than now. */
    private Cursor notAhead(Cursor cursor) {
        long present = Math.max(
                Timetoken.of(surroundings.clock().instant()), recent.now().timetoken());
        return cursor.timetoken() > present ? new Cursor(present, 0) : cursor;
    }

    void change(Poll poll, List<Interest> interests) {
        synchronized (lock) {
            boolean waits = poll.parked;
            if (waits) {
                unpark(Set.of(poll));
            }
            poll.interests = interests;
            if (!waits) {
                return;
            }
        }
        goOn(poll);
    }

    void giveUp(Poll poll) {
        synchronized (lock) {
            unpark(Set.of(poll));
            open.remove(poll);
        }
    }

    private void finish(Poll poll, Batch batch) {
        giveUp(poll);
        poll.answer.complete(batch);
    }

    /** With the lock. Up to a place there was nothing for polls that waited until now. */
    private void unpark(Collection<Poll> polls, Cursor seen) {
        for (Poll poll : polls) {
            if (poll.parked && seen.isAfter(poll.cursor)) {
                poll.cursor = seen;
            }
        }
        unpark(polls);
    }

    /** With the lock. */
    private void unpark(Collection<Poll> polls) {
        for (Poll poll : polls) {
            if (poll.parked) {
                recent.forget(poll, poll.interests);
                poll.parked = false;
            }
        }
    }

    private void goOn(Collection<Poll> polls) {
        List<Poll> some = new ArrayList<>(Math.min(polls.size(), TOGETHER));
        for (Poll poll : polls) {
            some.add(poll);
            if (some.size() == TOGETHER) {
                handOver(some);
                some = new ArrayList<>(TOGETHER);
            }
        }
        if (!some.isEmpty()) {
            handOver(some);
        }
    }

    private void handOver(List<Poll> polls) {
        surroundings.executor().execute(() -> polls.forEach(this::goOn));
    }

    /** Answers a poll if there is something for it; parks it otherwise. */
    private void goOn(Poll poll) {
        for (Look look = look(poll); look != null; look = look(poll)) {
            if (look.page == null) {
                readLogs(poll, look);
                return;
            }
            if (deliver(poll, look.page)) {
                return;
            }
        }
    }

    /** True if that was the answer. */
    private boolean deliver(Poll poll, Recent.Page page) {
        List<Batch.Delivery> wanted = page.deliveries().stream()
                .filter(delivery -> poll.filter.test(delivery.entry()))
                .toList();
        if (wanted.isEmpty()) {
            synchronized (lock) {
                poll.cursor = page.end();
            }
            return false;
        }
        finish(poll, new Batch(wanted, page.end()));
        return true;
    }

    /**
     * What a look at memory yields.
     *
     * @param page what there is; {@code null} if it is not all there
     */
    private record Look(List<Interest> interests, Cursor after, long head, Recent.@Nullable Page page) {}

    /** Looks at memory; {@code null}, and parks the poll, if there is nothing for it, or it is over. */
    private @Nullable Look look(Poll poll) {
        synchronized (lock) {
            if (!open.contains(poll) || poll.parked) {
                return null;
            }
            long head = recent.now().timetoken();
            if (poll.cursor.timetoken() < recent.floor()) {
                return new Look(poll.interests, poll.cursor, head, null);
            }
            Recent.Page page = recent.after(poll.interests, poll.cursor);
            if (!page.deliveries().isEmpty()) {
                return new Look(poll.interests, poll.cursor, head, page);
            }
            poll.cursor = page.end();
            poll.parked = true;
            recent.await(poll, poll.interests);
            sweepLater();
            return null;
        }
    }

    private void readLogs(Poll poll, Look look) {
        catchUp.read(look.interests, look.after, look.head)
                .whenCompleteAsync(
                        (page, failure) -> {
                            if (failure != null) {
                                giveUp(poll);
                                poll.answer.completeExceptionally(failure);
                            } else if (!deliver(poll, page)) {
                                goOn(poll);
                            }
                        },
                        surroundings.executor());
    }

    /** With the lock. */
    private void sweepLater() {
        if (!sweeping && !closed) {
            sweeping = true;
            surroundings.scheduler().schedule(SWEEP, this::sweepElsewhere);
        }
    }

    private void sweepElsewhere() {
        synchronized (lock) {
            if (closed) {
                return; // the executor may have ended
            }
        }
        surroundings.executor().execute(this::sweep);
    }

    /** Answers the polls that were held long enough. */
    private void sweep() {
        List<Poll> over = new ArrayList<>();
        long now = surroundings.clock().millis();
        synchronized (lock) {
            sweeping = false;
            for (Iterator<Poll> polls = open.iterator(); polls.hasNext(); ) {
                Poll poll = polls.next();
                if (poll.deadline > now) {
                    break;
                }
                if (poll.parked) {
                    unpark(Set.of(poll), recent.now());
                    polls.remove();
                    over.add(poll);
                }
            }
            if (!open.isEmpty()) {
                sweepLater();
            }
        }
        over.forEach(poll -> poll.answer.complete(new Batch(List.of(), poll.cursor)));
    }

    /** Answers every poll with nothing, so that clients ask again, elsewhere or later; those to come at once. */
    public void close() {
        Set<Poll> all;
        synchronized (lock) {
            closed = true;
            all = new HashSet<>(open);
            unpark(all, recent.now());
            open.clear();
        }
        all.forEach(poll -> poll.answer.complete(new Batch(List.of(), poll.cursor)));
    }

    /** How many names there are that something is kept under, or somebody waits for. */
    int topics() {
        synchronized (lock) {
            return recent.topics();
        }
    }

    /** How many polls are open. */
    public int polls() {
        synchronized (lock) {
            return open.size();
        }
    }
}
