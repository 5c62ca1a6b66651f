package dev.mirror.testkit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.ClientMessage;
import dev.mirror.message.Folding;
import dev.mirror.message.Frame;
import dev.mirror.message.JsonCodec;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Protocol;
import dev.mirror.message.Publication;
import dev.mirror.message.ServerMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Reading never throws (W5), and what was understood can be written and is understood the same again. */
class JsonFuzzTest extends FuzzTarget {
    private static final JsonCodec V1 = JsonCodec.of(Protocol.V1);
    private static final JsonCodec V2 = JsonCodec.of(Protocol.V2);
    private static final ChannelName ROOM = ChannelName.room("room");
    private static final List<UserId> USERS = List.of(new UserId("ann"), new UserId("bob"));

    @Override
    protected void take(byte[] input) {
        client(V1, input);
        client(V2, input);
        bothReadersOfVersionOneAgree(input);
        server(input);
        String text = new String(input, StandardCharsets.UTF_8);
        history(text);
        folding(text);
    }

    private static void client(JsonCodec codec, byte[] input) {
        ClientMessage message = codec.decodeClient(input, 0, input.length);
        if (message instanceof ClientMessage.Malformed malformed) {
            String re = malformed.id() == null ? "" : malformed.id();
            V2.encode(new ServerMessage.Refused(re, malformed.error(), 0, malformed.detail()));
            return;
        }
        Frame again = codec.encode(message);
        assertThat(codec.decodeClient(again.bytes(), 0, again.size())).isEqualTo(message);
    }

    /** A space at the end makes the short way give up, and changes nothing else. */
    private static void bothReadersOfVersionOneAgree(byte[] input) {
        byte[] spaced = Arrays.copyOf(input, input.length + 1);
        spaced[input.length] = ' ';
        ClientMessage message = V1.decodeClient(input, 0, input.length);
        ClientMessage other = V1.decodeClient(spaced, 0, spaced.length);
        boolean malformed = message instanceof ClientMessage.Malformed && other instanceof ClientMessage.Malformed;
        assertThat(malformed || message.equals(other))
                .as("%s, %s", message, other)
                .isTrue();
    }

    /** What a server of another version says may lose something when it is written by this one, but only once. */
    private static void server(byte[] input) {
        ServerMessage message = V2.decodeServer(input, 0, input.length);
        if (!(message instanceof ServerMessage.Unknown)) {
            ServerMessage known = again(message);
            assertThat(known.getClass()).isEqualTo(message.getClass());
            assertThat(again(known)).isEqualTo(known);
        }
    }

    private static ServerMessage again(ServerMessage message) {
        Frame frame = V2.encode(message);
        return V2.decodeServer(frame.bytes(), 0, frame.size());
    }

    private static void history(String text) {
        try {
            V2.decodeHistory(text).forEach(JsonFuzzTest::again);
        } catch (MirrorException refused) {
            assertThat(refused.getCause()).as("only what is no JSON").isNotNull();
        }
    }

    /** Each line is the body of a publication: in whatever order they are added, they show the same (W49 to W52). */
    private static void folding(String text) {
        List<Publication> all = new ArrayList<>();
        for (String line : text.lines().limit(20).toList()) {
            int offset = all.size() + 1;
            Publication.Entry entry = new Publication.Entry(USERS.get(offset % 3 == 0 ? 1 : 0), "id" + offset, line);
            all.add(new Publication(ROOM, new Position("e", offset), offset, entry, null));
        }
        List<Folding.Message> forward = folded(all);
        Collections.reverse(all);
        assertThat(folded(all)).isEqualTo(forward);
        forward.forEach(message -> assertThat(message.reactions().size()).isLessThanOrEqualTo(40));
    }

    private static List<Folding.Message> folded(List<Publication> publications) {
        Folding folding = new Folding(ROOM, "e");
        publications.forEach(folding::add);
        return folding.messages();
    }
}
