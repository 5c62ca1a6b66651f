package dev.mirror.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.mirror.channel.ChannelName;
import dev.mirror.client.MirrorClient;
import dev.mirror.client.Receipt;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Position;
import dev.mirror.simulation.history.Event;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a device says: each thing until it is stored or refused for ever, by whichever process of the device lives then. */
final class Voice {
    private static final Pattern DIRECT =
            Pattern.compile("\"code\":\"message\\.direct\".*\"id\":\"([^\"]+)\".*\"data\":\"([^\"]+)\"");
    private static final List<String> REACTIONS = List.of("+1", "-1");
    /** How long loud texts get; with it a publication still fits. */
    private static final int LOUDEST = 30_000;

    private final Recorder recorder;
    private final SplittableRandom chance;
    private final Gauge gauge;
    private final String device;
    private final boolean loud;
    private final Map<String, Said> pending = new LinkedHashMap<>();
    private final List<Said> stored = new ArrayList<>();
    /** Where direct messages go that the client has given an id that nobody saw yet, by what they say. */
    private final Map<String, ChannelName> unnamed = new HashMap<>();
    /** Those that have one. */
    private final Map<String, Said> named = new HashMap<>();

    private @Nullable MirrorClient client; // of the process that runs
    private @Nullable Machine machine; // the same
    private int number;

    /**
     * Something that is said.
     *
     * @param speaker who keeps an order: what one process asks for is sent in that order, and the client chooses the ids
     *     of direct messages when it sends them, so they have one of their own
     */
    record Said(String id, String speaker, ChannelName channel, JsonNode data, Subject subject) {}

    /**
     * Whose voice it is.
     *
     * @param device the name of the device
     * @param loud whether texts are so long that they fill what is bounded in bytes
     */
    record Kind(String device, boolean loud) {}

    Voice(Recorder recorder, Gauge gauge, SplittableRandom chance, Kind kind) {
        this.recorder = recorder;
        this.gauge = gauge;
        this.chance = chance;
        this.device = kind.device;
        this.loud = kind.loud;
    }

    /** A process begins: it says again what it has no answer for. */
    void begin(MirrorClient made, Machine home) {
        client = made;
        machine = home;
        List.copyOf(pending.values()).forEach(this::ask);
    }

    /** It ended. Nobody can know what becomes of what it asked for; what did not leave it was never asked for. */
    void ended() {
        client = null;
        machine = null;
        unnamed.clear();
        named.clear();
        pending.values().forEach(said -> recorder.add(said.speaker, Outcome.INFO, Act.PUBLISH, said.subject));
    }

    boolean isDone() {
        return pending.isEmpty() && unnamed.isEmpty();
    }

    int waiting() {
        return pending.size() + unnamed.size();
    }

    /** Says something new in a room or a conversation. */
    void say(ChannelName channel) {
        say(newId(), channel, TextNode.valueOf(text(channel)));
    }

    /** Edits or deletes what stands there, or reacts to it, whoever said it. */
    void amend(ChannelName channel, Position original) {
        ObjectNode what = JsonNodeFactory.instance.objectNode();
        what.put("epoch", original.epoch()).put("offset", original.offset());
        switch (chance.nextInt(4)) {
            case 0 -> what.put("edit", text(channel));
            case 1 -> what.put("delete", true);
            case 2 -> what.put("react", REACTIONS.get(chance.nextInt(REACTIONS.size())));
            default -> what.put("unreact", REACTIONS.get(chance.nextInt(REACTIONS.size())));
        }
        say(newId(), channel, JsonNodeFactory.instance.objectNode().set("amend", what));
    }

    private String newId() {
        return device.replace('/', '-') + '-' + ++number;
    }

    private String text(ChannelName channel) {
        String canonical = channel.canonical();
        boolean isRoom = canonical.indexOf('.') < 0;
        String text = (isRoom ? "public:" : SeedRun.SECRET + canonical + ":") + Long.toHexString(chance.nextLong());
        return loud ? text + "-".repeat(chance.nextInt(LOUDEST)) : text;
    }

    private void say(String id, ChannelName channel, JsonNode data) {
        Said said = said(id, device, channel, data);
        pending.put(id, said);
        ask(said);
    }

    private Said said(String id, String speaker, ChannelName channel, JsonNode data) {
        String user = device.substring(0, device.indexOf('/'));
        Subject subject = new Subject(channel.canonical(), id, user, null, Event.hash(data.toString()));
        return new Said(id, speaker, channel, data, subject);
    }

    /** Writes to a user, by {@code message.direct}: the client chooses an id for it. */
    void tell(ChannelName conversation) {
        MirrorClient current = client;
        Machine asking = machine;
        if (current != null && asking != null) {
            String text = text(conversation);
            unnamed.put(text, conversation);
            UserId friend = conversation.receiver();
            CompletionStage<Receipt> answer = current.direct(friend, (Object) text);
            answer.whenComplete((receipt, failure) -> {
                Said said = named.remove(text);
                if (unnamed.remove(text) == null && said != null && machine == asking) {
                    answered(asking, said, receipt, failure);
                }
            });
        }
    }

    /** A frame leaves the process: now its id is known. */
    void leaves(String frame) {
        Matcher direct = DIRECT.matcher(frame);
        if (!unnamed.isEmpty() && direct.find()) {
            String text = direct.group(2);
            ChannelName channel = unnamed.remove(text);
            if (channel != null) {
                Said said = said(direct.group(1), device + "-directly", channel, TextNode.valueOf(text));
                named.put(text, said);
                pending.put(said.id, said);
                recorder.add(said.speaker, Outcome.INVOKE, Act.PUBLISH, said.subject);
            }
        }
    }

    /** Says again what was stored, or something else under its id. */
    void sayAgain() {
        if (!stored.isEmpty()) {
            Said old = stored.get(chance.nextInt(stored.size()));
            if (!pending.containsKey(old.id)) {
                if (chance.nextInt(4) == 0) {
                    say(old.id, old.channel, TextNode.valueOf(text(old.channel)));
                } else {
                    pending.put(old.id, old);
                    ask(old);
                }
            }
        }
    }

    private void ask(Said said) {
        MirrorClient current = client;
        Machine asking = machine;
        if (current != null && asking != null) {
            recorder.add(said.speaker, Outcome.INVOKE, Act.PUBLISH, said.subject);
            CompletionStage<Receipt> answer = current.publish(said.channel.toString(), said.id, (Object) said.data);
            answer.whenComplete((receipt, failure) -> answered(asking, said, receipt, failure));
        }
    }

    private void answered(Machine asking, Said said, @Nullable Receipt receipt, @Nullable Throwable failure) {
        if (receipt != null) {
            recorder.add(said.speaker, Outcome.OK, Act.PUBLISH, said.subject.at(receipt.position()));
            pending.remove(said.id, said);
            stored.add(said);
            if (!receipt.duplicate()) {
                gauge.published(said.channel.canonical(), said.data.toString().length());
            }
            return;
        }
        ErrorCode code = Device.code(failure);
        boolean never = code.retry() == ErrorCode.Retry.NEVER;
        recorder.add(said.speaker, never ? Outcome.FAIL : Outcome.INFO, Act.PUBLISH, said.subject, code.wire());
        if (never) {
            pending.remove(said.id, said);
        } else {
            asking.schedule(Duration.ofMillis(500 + chance.nextInt(2_000)), () -> ask(said));
        }
    }

    /** The server refused something for the time being: the client asks again, and what came later may overtake it. */
    void displaced(String id, String error) {
        Said said = pending.get(id);
        if (said != null) {
            recorder.add(said.speaker, Outcome.INFO, Act.PUBLISH, said.subject, error);
        }
    }
}
