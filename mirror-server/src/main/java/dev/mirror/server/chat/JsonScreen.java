package dev.mirror.server.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mirror.client.ChannelEvent;
import dev.mirror.client.Receipt;
import dev.mirror.client.StateChange;
import dev.mirror.identity.UserId;
import dev.mirror.message.Position;
import java.io.PrintWriter;
import java.util.SortedMap;

/** One JSON object a line, for programs. The key {@code event} says what it is; nothing but ASCII is written. */
final class JsonScreen implements Screen {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final PrintWriter out; // guarded by this

    JsonScreen(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void said(ChannelEvent event, boolean before) {
        ObjectNode line = line("message")
                .put("channel", event.channel().toString())
                .put("userId", event.publisher().value())
                .put("name", event.name())
                .put("unverified", event.isUnverified())
                .put("text", event.text())
                .put("id", event.id())
                .put("ts", event.time().toEpochMilli())
                .put("history", before);
        line.set("data", event.json());
        print(position(line, event.position()));
    }

    @Override
    public void stored(Receipt receipt) {
        ObjectNode line = line("stored")
                .put("channel", receipt.channel().toString())
                .put("ts", receipt.time().toEpochMilli())
                .put("duplicate", receipt.duplicate());
        print(position(line, receipt.position()));
    }

    @Override
    public void members(String room, SortedMap<UserId, String> members) {
        ObjectNode line = line("members").put("channel", room);
        ArrayNode list = line.putArray("members");
        members.forEach(
                (user, name) -> list.addObject().put("userId", user.value()).put("name", name));
        print(line);
    }

    @Override
    public void presence(String room, String name, boolean joined) {
        print(line("presence").put("channel", room).put("name", name).put("joined", joined));
    }

    @Override
    public void gap(String channel) {
        print(line("gap").put("channel", channel));
    }

    @Override
    public void state(StateChange change) {
        print(line("state")
                .put("state", change.to().name())
                .put("reason", change.reason().name())
                .put("code", change.reason().code())
                .put("retryInMs", change.retryIn().toMillis()));
    }

    @Override
    public void note(String text) {
        print(line("note").put("text", text));
    }

    @Override
    public void error(String code, String detail) {
        print(line("error").put("code", code).put("detail", detail));
    }

    @Override
    public void prompt(String where) {
        // A program needs none.
    }

    private static ObjectNode line(String event) {
        return MAPPER.createObjectNode().put("event", event);
    }

    private static ObjectNode position(ObjectNode line, Position position) {
        return line.put("epoch", position.epoch()).put("offset", position.offset());
    }

    private synchronized void print(ObjectNode line) {
        try {
            out.println(MAPPER.writeValueAsString(line));
            out.flush();
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
