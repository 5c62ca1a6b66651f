package dev.mirror.client;

/**
 * What a bot does when something happens. Handlers of one conversation are called one at a time and in order, never on
 * the socket's thread; a handler may take its time and may wait for the futures of {@link Chat} and {@link MirrorClient}.
 *
 * <p>An event is handled when its handler has returned. One that throws gets the event again, after a rest; its
 * conversation waits, others go on. What fails too often goes to the handler of dead letters, see
 * {@link ClientBuilder#redelivery} and {@link ClientBuilder#onDeadLetter}. Slowness is no failure: there is no time limit.
 * (Signals and presence are not kept, and therefore not given again.)
 *
 * @param <E> what happened
 */
@FunctionalInterface
public interface EventHandler<E> {
    /**
     * Handles one event.
     *
     * @param chat the verbs, aimed at the channel that the event is about
     * @throws Exception if the handler cannot; it is logged, and told to {@link ClientBuilder#onFailure}
     */
    void handle(E event, Chat chat) throws Exception;

    /**
     * An event handler that works inside the checkpoint's transaction: what it does there and that the event is handled
     * are kept together, or neither. It must not end the transaction itself.
     *
     * @param <E> what happened
     * @param <T> the transaction: with {@code JdbcCheckpoint} a {@code java.sql.Connection}
     */
    @FunctionalInterface
    interface InTransaction<E, T> {
        /** Handles one event; what it throws undoes the transaction. */
        void handle(E event, Chat chat, T transaction) throws Exception;
    }

    /**
     * An event that could not be handled.
     *
     * @param failure what the handler threw last
     * @param attempts how often the handler was called
     */
    record DeadLetter(ChannelEvent event, Throwable failure, int attempts) {}
}
