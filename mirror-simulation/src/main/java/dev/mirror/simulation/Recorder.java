package dev.mirror.simulation;

import dev.mirror.simulation.history.Event;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import dev.mirror.testkit.time.VirtualTime;
import java.util.ArrayList;
import java.util.List;

/** Writes down what clients do and see. No two events have the same time: on one thread each is before or after. */
final class Recorder {
    private final VirtualTime time;
    private final Transcript transcript;
    private final List<Event> events = new ArrayList<>();
    private long last;

    Recorder(VirtualTime time, Transcript transcript) {
        this.time = time;
        this.transcript = transcript;
    }

    void add(String client, Outcome outcome, Act act, Subject subject, String note) {
        last = Math.max(last + 1, time.nanos());
        events.add(new Event(client, last, outcome, act, subject, note));
        if (transcript.isKept()) {
            String at = subject.at() == null ? "" : " at " + subject.at().offset();
            transcript.add(
                    client, act + " " + outcome + " " + subject.channel() + " " + subject.id() + at + " " + note);
        }
    }

    void add(String client, Outcome outcome, Act act, Subject subject) {
        add(client, outcome, act, subject, "");
    }

    List<Event> events() {
        return events;
    }
}
