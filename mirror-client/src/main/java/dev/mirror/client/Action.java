package dev.mirror.client;

/**
 * A handler of the application's, with or without a transaction.
 *
 * @param <E> what happened
 */
@FunctionalInterface
interface Action<E> {
    /** Calls the handler; the transaction is the checkpoint's. */
    void run(E event, Chat chat, Object transaction) throws Exception;

    static <E> Action<E> of(EventHandler<E> handler) {
        return (event, chat, transaction) -> handler.handle(event, chat);
    }

    /** One that was registered together with the checkpoint whose transaction it gets. */
    @SuppressWarnings("unchecked")
    static <E, T> Action<E> of(EventHandler.InTransaction<E, T> handler) {
        return (event, chat, transaction) -> handler.handle(event, chat, (T) transaction);
    }
}
