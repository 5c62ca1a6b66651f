package dev.mirror.spi;

import dev.mirror.identity.Credentials;
import dev.mirror.identity.Principal;
import dev.mirror.identity.UserId;
import java.util.concurrent.CompletionStage;

/**
 * Tells who somebody is from what they show. Sign-up, passwords and profiles are the application's business.
 *
 * <ol>
 *   <li><b>A1</b> A principal comes only out of credentials that prove it; anything else fails with
 *       {@code auth.required}, {@code auth.expired} or {@code auth.revoked}, or {@code busy} if it cannot be told now.
 *   <li><b>A2</b> The same account yields the same user id and channel id every time.
 *   <li><b>A3</b> No failure, message or string form contains a secret.
 *   <li><b>A4</b> {@link #exists} is true for every user that was ever authenticated and not removed.
 * </ol>
 *
 * <p>Safe for any thread; must not block the caller.
 */
public interface Authenticator {
    /** Checks credentials. */
    CompletionStage<Principal> authenticate(Credentials credentials);

    /** Whether there is such a user, so that somebody can write to them. */
    CompletionStage<Boolean> exists(UserId user);
}
