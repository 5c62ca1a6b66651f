package dev.mirror.testkit.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mirror.hub.Session;
import dev.mirror.identity.Credentials;
import dev.mirror.message.Protocol;
import dev.mirror.testkit.fake.RecordingConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** A peer of a {@link World}: says text, written with single quotes, and remembers what it got. */
final class Peer {
    private static final ObjectMapper JSON = new ObjectMapper();

    final RecordingConnection connection = new RecordingConnection();
    final Executor lane;
    private final World world;
    private final List<String> untaken = new ArrayList<>();
    private Session session; // set when the opening ran

    Peer(World world, Executor lane, Protocol protocol, Credentials credentials) {
        this.world = world;
        this.lane = lane;
        connection.onEnd(() -> lane.execute(() -> {
            if (session != null) {
                session.closed();
            }
        }));
        lane.execute(() -> session = world.mirror.open(connection, lane, protocol, credentials));
    }

    static String quoted(String text) {
        return text.replace('\'', '"');
    }

    /** Parses what is written with single quotes. */
    static JsonNode json(String text) {
        return parse(quoted(text));
    }

    static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }

    String id() {
        return session.id().value();
    }

    /** Says it, and lets everything happen that comes of it. */
    void say(String text) {
        later(text);
        world.run();
    }

    /** Says it with the quotes that it has. */
    void sayExactly(String text) {
        put(text);
        world.run();
    }

    /** Says it; it waits on the lane. */
    void later(String text) {
        put(quoted(text));
    }

    private void put(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        lane.execute(() -> {
            if (!connection.isEnded()) {
                session.receive(bytes, 0, bytes.length);
            }
        });
    }

    /** Says it and returns the one answer; what else came stays. */
    JsonNode ask(String text) {
        String id = json(text).path("id").asText();
        assertThat(id).as("a request needs an id").isNotEmpty();
        int before = connection.frames().size();
        say(text);
        List<JsonNode> answers = connection
                .frames()
                .subList(before, connection.frames().size())
                .stream()
                .map(Peer::parse)
                .filter(frame -> frame.path("re").asText().equals(id))
                .toList();
        assertThat(answers).as("answers to %s", text).hasSize(1);
        return answers.get(0);
    }

    /** The name of the error that a request is refused with. */
    String errorOf(String text) {
        JsonNode answer = ask(text);
        assertThat(answer.path("code").asText()).as(answer.toString()).isEqualTo("reply.error");
        return answer.path("error").path("name").asText();
    }

    /** Publishes text and returns its offset. */
    long publish(String channel, String value) {
        JsonNode answer = ask("{'code':'channel.publish','id':'" + world.random.nextLong() + "','channel':'" + channel
                + "','data':'" + value + "'}");
        assertThat(answer.path("code").asText()).as(answer.toString()).isEqualTo("reply.ok");
        return answer.path("offset").asLong();
    }

    /** What came since the last take, as text. */
    List<String> take() {
        return connection.take();
    }

    /** The first frame that was not taken yet; the rest stays. */
    String takeFirst() {
        untaken.addAll(connection.take());
        return untaken.remove(0);
    }

    /** What was not taken by {@link #takeFirst} yet. */
    List<String> untaken() {
        untaken.addAll(connection.take());
        return untaken;
    }

    /** What came since the last take, parsed. */
    List<JsonNode> got() {
        return take().stream().map(Peer::parse).toList();
    }

    /** What came with this code since the last take; the rest is forgotten. */
    List<JsonNode> got(String code) {
        return got().stream()
                .filter(frame -> frame.path("code").asText().equals(code))
                .toList();
    }

    /** The data of the events of a channel that came, as text; the rest is forgotten. */
    List<String> events(String channel) {
        return got("channel.event").stream()
                .filter(frame -> frame.path("channel").asText().equals(channel))
                .map(frame -> frame.path("data").asText())
                .toList();
    }

    /** The one frame that came. */
    JsonNode only() {
        List<JsonNode> frames = got();
        assertThat(frames).hasSize(1);
        return frames.get(0);
    }

    void stall(int frames) {
        connection.stall(frames);
    }

    /** Reads again, what waits first; the session hears that the outbox is empty. */
    void resume() {
        lane.execute(() -> {
            connection.resume();
            session.drained();
        });
        world.run();
    }

    /** Goes away without a word. */
    void vanish() {
        connection.vanish();
        world.run();
    }

    /** The close code that the server ended the connection with; 0 if it did not. */
    int closeCode() {
        return connection.closeReason().map(reason -> reason.code()).orElse(0);
    }
}
