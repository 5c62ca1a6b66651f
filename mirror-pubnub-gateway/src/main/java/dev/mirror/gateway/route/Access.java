package dev.mirror.gateway.route;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Decides who may do what with which channels and groups of a keyset. Safe for any thread; must not block. */
@FunctionalInterface
public interface Access {
    /**
     * Checks a request.
     *
     * @return complete if it is allowed; fails with a {@link dev.mirror.gateway.wire.Refusal} if it is not
     */
    CompletionStage<Void> check(Request request, Permission permission, Resources resources);

    /**
     * Checks a request again that was allowed and still waits for its answer: its token may have ended meanwhile. A
     * signature counts for as long as its request lasts.
     */
    default CompletionStage<Void> still(Request request, Permission permission, Resources resources) {
        return check(request, permission, resources);
    }

    /**
     * What a request is about.
     *
     * @param channels names as the client gave them, presence endings and wildcards included
     * @param groups names of channel groups, presence endings included
     */
    record Resources(List<String> channels, List<String> groups) {
        /** Copies the lists. */
        public Resources {
            channels = List.copyOf(channels);
            groups = List.copyOf(groups);
        }

        /** One channel. */
        public static Resources channel(String name) {
            return new Resources(List.of(name), List.of());
        }
    }
}
