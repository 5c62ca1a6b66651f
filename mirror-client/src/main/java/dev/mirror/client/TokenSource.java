package dev.mirror.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Where a client gets its tokens from. */
interface TokenSource {
    /**
     * A token that is as new as can be had. Fails with a {@code MirrorException}: with an {@code auth.} code if nobody
     * will be let in this way, with any other if it may work later.
     */
    CompletionStage<String> token();

    /** Whether asking again can yield another token. */
    boolean renewable();

    /** The one token there is. */
    static TokenSource fixed(String token) {
        return new TokenSource() {
            @Override
            public CompletionStage<String> token() {
                return CompletableFuture.completedFuture(token);
            }

            @Override
            public boolean renewable() {
                return false;
            }
        };
    }

    /** Tokens that the application makes or fetches. */
    static TokenSource of(Supplier<? extends CompletionStage<String>> supplier) {
        return new TokenSource() {
            @Override
            public CompletionStage<String> token() {
                return supplier.get();
            }

            @Override
            public boolean renewable() {
                return true;
            }
        };
    }
}
