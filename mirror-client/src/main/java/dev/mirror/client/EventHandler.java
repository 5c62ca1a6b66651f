package dev.mirror.client;

/**
 * What a bot does when something happens. Handlers of one conversation are called one at a time and in order, never on
 * the socket's thread; a handler may take its time and may wait for the futures of {@link Chat} and {@link MirrorClient}.
 * One that throws is reported, and the next event goes on.
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
}
