package dev.mirror.gateway.access;

import dev.mirror.identity.Principal;
import dev.mirror.identity.UserId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Knows the names of those for whom tokens were granted, which a token does not. Safe for any thread; must not block. */
@FunctionalInterface
public interface People {
    /** Who has this id; empty if nobody has, or has it no more. */
    CompletionStage<Optional<Principal>> find(UserId user);

    /** Knows nobody. */
    static People none() {
        return user -> CompletableFuture.completedFuture(Optional.empty());
    }
}
