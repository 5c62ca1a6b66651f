package dev.mirror.bench.faults;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.bench.node.Line;
import dev.mirror.bench.node.People.Person;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** F20: ids that are used again, positions that nobody was given, names and tokens that are somebody else's. */
final class Forgery implements Fault {
    private final List<String> wrong = new ArrayList<>();
    private int tried;
    private int number;

    @Override
    public void happen(Scene scene) throws IOException {
        int rounds = scene.full() ? 40 : 5;
        for (int round = 0; round < rounds; round++) {
            Person forger = scene.person(round);
            Person victim = scene.person(round + 1);
            try (Line line = Line.open(scene.server().port(), forger.token());
                    Line other = Line.open(scene.server().port(), victim.token())) {
                ids(scene.run() + "-forged-" + round, "forged-" + round, line, other);
                positions(scene.run() + "-room-0", line);
                names(scene.run() + "-forged-" + round, line, victim);
            }
            tokens(scene, forger);
        }
        scene.measure(
                "F20 of " + tried + " forgeries answered otherwise than promised",
                wrong.size(),
                0,
                wrong.isEmpty() ? "" : wrong.get(0));
    }

    private void check(String what, boolean right, Object answer) {
        tried++;
        if (!right) {
            wrong.add(what + ": " + answer);
        }
    }

    private JsonNode ask(Line line, String code, String channel, String rest) throws IOException {
        String id = "q-" + number++;
        return line.ask(
                String.format(
                        Locale.ROOT, "{\"code\":\"%s\",\"id\":\"%s\",\"channel\":\"%s\"%s}", code, id, channel, rest),
                id);
    }

    private static JsonNode publish(Line line, String room, String id, String text) throws IOException {
        return line.ask(
                "{\"code\":\"channel.publish\",\"id\":\"" + id + "\",\"channel\":\"" + room + "\",\"data\":\"" + text
                        + "\"}",
                id);
    }

    private static String error(JsonNode answer) {
        return answer.path("error").path("name").asText();
    }

    private void ids(String room, String id, Line line, Line other) throws IOException {
        JsonNode first = publish(line, room, id, "one");
        JsonNode again = publish(line, room, id, "one");
        long offset = first.path("offset").asLong();
        check("the same again", again.path("offset").asLong() == offset, again);
        check("it says so", again.path("data").path("duplicate").asBoolean(), again);
        JsonNode changed = publish(line, room, id, "two");
        check("the same id for something else", error(changed).equals("conflict"), changed);
        JsonNode elsewhere = publish(line, room + "x", id, "one");
        check("the same id elsewhere", error(elsewhere).equals("conflict"), elsewhere);
        JsonNode independent = publish(other, room, id, "two");
        check("somebody else's id", independent.path("offset").asLong() == offset + 1, independent);
    }

    private void positions(String room, Line line) throws IOException {
        JsonNode standing = ask(line, "channel.history", room, ",\"data\":{\"limit\":1}");
        String epoch = standing.path("epoch").asText();
        List<String> places = List.of(
                ",\"epoch\":\"nobody-knows\",\"offset\":1", ",\"epoch\":\"" + epoch + "\",\"offset\":9000000000000");
        for (String place : places) {
            JsonNode answer = ask(line, "channel.subscribe", room, place);
            boolean recovered = answer.path("data").path("recovered").asBoolean(true);
            check("a position that nobody was given" + place, error(answer).isEmpty() != recovered, answer);
        }
        JsonNode negative = ask(line, "channel.subscribe", room, ",\"epoch\":\"" + epoch + "\",\"offset\":-1");
        check("a negative position", error(negative).equals("bad.frame"), negative);
        ask(line, "channel.unsubscribe", room, "");
    }

    private void names(String room, Line line, Person victim) throws IOException {
        String name = victim.user();
        JsonNode inbox = ask(line, "channel.history", "@" + name, "");
        check("somebody else's inbox", error(inbox).equals("not.allowed"), inbox);
        JsonNode pair = ask(line, "channel.subscribe", name + "." + "somebody", "");
        check("somebody else's conversation", error(pair).equals("not.allowed"), pair);
        String id = "q-" + number++;
        line.ask(
                "{\"code\":\"channel.publish\",\"id\":\"" + id + "\",\"channel\":\"" + room
                        + "\",\"data\":{\"value\":\"it was me\",\"userId\":\"" + name + "\"}}",
                id);
        JsonNode last = ask(line, "channel.history", room, ",\"data\":{\"limit\":1}")
                .path("data")
                .path("events")
                .path(0);
        boolean claimed = last.path("userId").asText().equals(name)
                || last.path("data").path("userId").asText().equals(name);
        check("somebody else's name", !last.isMissingNode() && !claimed, last);
    }

    private void tokens(Scene scene, Person forger) {
        String token = forger.token();
        int dot = token.lastIndexOf('.');
        String unsigned = "eyJhbGciOiJub25lIn0" + token.substring(token.indexOf('.'), dot + 1);
        char last = token.charAt(dot + 1);
        String tampered = token.substring(0, dot + 1) + (last == 'A' ? 'B' : 'A') + token.substring(dot + 2);
        for (String bad : List.of(unsigned, tampered, "x.y.z")) {
            String answer = Tokens.endOf(() -> {
                try (Line line = Line.open(scene.server().port(), bad)) {
                    return "let in: " + line.hello();
                }
            });
            check("a token that nobody signed", answer.contains("4300"), answer);
        }
    }
}
