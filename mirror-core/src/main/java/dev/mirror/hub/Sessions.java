package dev.mirror.hub;

import dev.mirror.identity.UserId;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/** The signed-in sessions by user: an index, so that nobody ever scans connections. Safe for any thread. */
final class Sessions {
    private final ConcurrentMap<UserId, List<Session>> byUser = new ConcurrentHashMap<>(); // immutable lists
    private final LongAdder count = new LongAdder();

    /** Adds a session; false if the user has as many as allowed. */
    boolean add(UserId user, Session session, int limit) {
        List<Session> now = byUser.compute(user, (key, old) -> {
            if (old == null) {
                return List.of(session);
            }
            return old.size() >= limit ? old : with(old, session);
        });
        boolean added = now.get(now.size() - 1) == session;
        if (added) {
            count.increment();
        }
        return added;
    }

    void remove(UserId user, Session session) {
        boolean[] removed = new boolean[1];
        byUser.computeIfPresent(user, (key, old) -> {
            List<Session> rest = old.stream().filter(each -> each != session).toList();
            removed[0] = rest.size() < old.size();
            return rest.isEmpty() ? null : rest;
        });
        if (removed[0]) {
            count.decrement();
        }
    }

    /** The sessions of a user now. */
    List<Session> of(UserId user) {
        return byUser.getOrDefault(user, List.of());
    }

    /** Every session now. */
    List<Session> all() {
        return byUser.values().stream().flatMap(List::stream).toList();
    }

    int users() {
        return byUser.size();
    }

    int count() {
        return count.intValue();
    }

    private static List<Session> with(List<Session> old, Session session) {
        Session[] more = old.toArray(new Session[old.size() + 1]);
        more[old.size()] = session;
        return List.of(more);
    }
}
