package dev.mirror.gateway.presence;

import dev.mirror.gateway.state.StateStore;

/**
 * How much presence there is at most. An explicit call that needs more is refused; a poll goes on, and what is too much
 * of it is not counted.
 *
 * @param channelsPerUser channels that a user of a keyset is in
 * @param usersPerChannel users of a keyset in a channel
 * @param seats users in channels, of all keysets together; more fails with {@code busy}
 * @param stateBytes one state, as JSON
 * @param allStateBytes all states together; more fails with {@code store.full}
 * @param observed channels whose coming and going somebody listens to; in more, nothing is told
 */
public record PresenceLimits(
        int channelsPerUser, int usersPerChannel, int seats, int stateBytes, long allStateBytes, int observed) {
    /** 2,000 channels, 20,000 users, 100,000 seats, 8 KiB, 32 MiB, 50,000 channels. */
    public static final PresenceLimits STANDARD =
            new PresenceLimits(2_000, 20_000, 100_000, 8 << 10, 32L << 20, 50_000);

    /** @throws IllegalArgumentException if a limit is less than 1 */
    public PresenceLimits {
        if (Math.min(channelsPerUser, usersPerChannel) < 1
                || Math.min(seats, observed) < 1
                || Math.min(stateBytes, allStateBytes) < 1) {
            throw new IllegalArgumentException("a limit is at least 1");
        }
        if (stateBytes > StateStore.MAX_VALUE) {
            throw new IllegalArgumentException("a state is kept in one item");
        }
    }
}
