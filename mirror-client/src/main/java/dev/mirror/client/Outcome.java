package dev.mirror.client;

import dev.mirror.message.MirrorException;
import java.util.function.Consumer;

/**
 * Hears how something ended, once, on the lane.
 *
 * @param <T> what it yields
 */
interface Outcome<T> {
    void done(T value);

    void failed(MirrorException failure);

    /** Hears the good end only. */
    static <T> Outcome<T> of(Consumer<T> done) {
        return new Outcome<>() {
            @Override
            public void done(T value) {
                done.accept(value);
            }

            @Override
            public void failed(MirrorException failure) {
                // Told elsewhere.
            }
        };
    }
}
