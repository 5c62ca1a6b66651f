package dev.mirror.bench.faults;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.bench.node.Line;
import dev.mirror.testkit.net.RawFrame;
import dev.mirror.testkit.net.RawWebSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** F16, F17, F18: hostile frames and texts, each on a connection of its own, over and over while there is load. */
final class Assault implements Fault {
    private static final int SHOWN = 5;

    private final String id;
    private final List<Attacks.Framed> frames;
    private final List<Attacks.Text> texts;
    private final List<String> wrong = new ArrayList<>();
    private int attacks;

    Assault(String id, List<Attacks.Framed> frames, List<Attacks.Text> texts) {
        this.id = id;
        this.frames = List.copyOf(frames);
        this.texts = List.copyOf(texts);
    }

    @Override
    public void happen(Scene scene) throws IOException {
        Vitals vitals = scene.vitals();
        long files = vitals.files();
        int rounds = scene.full() ? 20 : 3;
        for (int round = 0; round < rounds; round++) {
            for (Attacks.Framed attack : frames) {
                attacks++;
                int code = closedWith(attack, scene);
                if (code != attack.code()) {
                    wrong.add(attack.what() + " was closed with " + code + " instead of " + attack.code());
                }
            }
            for (Attacks.Text attack : texts) {
                attacks++;
                String complaint = complaint(attack, scene);
                if (!complaint.isEmpty()) {
                    wrong.add(attack.what() + ": " + complaint);
                }
            }
        }
        String note = String.join("; ", wrong.subList(0, Math.min(SHOWN, wrong.size())));
        scene.measure(id + " of " + attacks + " attacks answered otherwise than promised", wrong.size(), 0, note);
        scene.measure(id + " open files afterwards", vitals.files(), files + 20);
    }

    private int closedWith(Attacks.Framed attack, Scene scene) throws IOException {
        try (RawWebSocket socket = RawWebSocket.connect(scene.server().port())) {
            Attacks.enter(socket, scene.person(attacks));
            try {
                for (RawFrame frame : attack.frames()) {
                    socket.send(frame);
                }
            } catch (IOException e) {
                // The connection was ended before all was sent; the close frame has come all the same.
            }
            return socket.awaitClose();
        }
    }

    /** What is wrong with how a text was taken; empty if nothing is. */
    private String complaint(Attacks.Text attack, Scene scene) throws IOException {
        try (Line line = Line.open(scene.server().port(), scene.person(attacks).token())) {
            line.send(attack.text());
            JsonNode pong = line.ask("{\"code\":\"session.ping\",\"id\":\"alive\"}", "alive");
            return pong.path("code").asText().equals("reply.ok") ? "" : "then a ping was answered by " + pong;
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
