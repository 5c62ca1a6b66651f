package dev.mirror.server.pubnub;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * One of PubNub's SDKs as a black box. What its clients are asked to do, and what they hear, has the same names and the
 * same form for all of them; timetokens are texts. For one thread at a time.
 */
interface Sdk extends AutoCloseable {
    /**
     * Makes a client.
     *
     * @param settings its {@code user}, {@code subscribe} and {@code publish} key, and perhaps {@code secret},
     *     {@code cipher}, {@code filter}, {@code heartbeat} (seconds)
     */
    void open(String client, JsonNode settings);

    /** Has a client do something; fails with {@link SdkRefusal} if the SDK says so. */
    JsonNode call(String client, String name, JsonNode with);

    /** What a client heard so far, of what it subscribed to. */
    List<JsonNode> heard(String client);

    /** Ends a client. */
    void close(String client);

    @Override
    void close();
}
