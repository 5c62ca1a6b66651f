package dev.mirror.gateway.stream;

import dev.mirror.channel.ChannelName;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Knows which logs there are. Safe for any thread; must not block. */
@FunctionalInterface
public interface Catalogue {
    /** The logs whose canonical names begin like this, at most as many as the limit. */
    CompletionStage<List<ChannelName>> under(String prefix, int limit);
}
