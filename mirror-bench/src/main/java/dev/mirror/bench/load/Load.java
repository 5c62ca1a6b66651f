package dev.mirror.bench.load;

import dev.mirror.bench.wire.Samples;
import java.io.IOException;

/** Traffic that can be measured: begun once, stopped once, checked at the end. On the generator's thread. */
interface Load {
    /** Says the first thing; from then on what is heard leads to what is said. */
    void begin() throws IOException;

    /** How many messages reached their receivers so far. */
    long delivered();

    /** How long messages took; cleared when a measurement begins. */
    Samples samples();

    /** Says nothing new any more. */
    void stop();

    /**
     * Has every receiver that waits for a message of before the given time send a ping, which makes the server write.
     *
     * @return how many messages are so late
     */
    int nudge(long sentBefore);

    /** Whether everything that was said has been heard. */
    boolean isQuiet();
}
