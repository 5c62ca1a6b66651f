package dev.mirror.server.chat;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.client.ChannelEvent;
import dev.mirror.client.ClientState;
import dev.mirror.client.Receipt;
import dev.mirror.client.StateChange;
import dev.mirror.identity.UserId;
import java.io.PrintWriter;
import java.util.SortedMap;

/** Lines for a person. A prompt is shown only to somebody who sits there. */
final class TextScreen implements Screen {
    private final PrintWriter out; // guarded by this
    private final boolean person;
    private String prompt = ""; // guarded by this; what stands at the beginning of the line that is typed

    TextScreen(PrintWriter out, boolean person) {
        this.out = out;
        this.person = person;
    }

    @Override
    public void said(ChannelEvent event, boolean before) {
        String mark = before ? "  " : "";
        line(mark + "[" + where(event.channel()) + "] " + Plain.word(event.name())
                + (event.isUnverified() ? " (unverified)" : "") + ": " + Plain.text(shown(event)));
    }

    /** The text, or the JSON of what is not a text. */
    private static String shown(ChannelEvent event) {
        String text = event.text();
        return text.isEmpty() ? event.data() : text;
    }

    private static String where(ChannelName channel) {
        return channel.kind() == ChannelKind.DIRECT ? "direct" : channel.toString();
    }

    /** Shown only when it does not happen. */
    @Override
    public void stored(Receipt receipt) {}

    @Override
    public void members(String room, SortedMap<UserId, String> members) {
        StringBuilder names = new StringBuilder();
        members.values().forEach(name -> names.append(' ').append(Plain.word(name)));
        line("in " + room + ":" + (members.isEmpty() ? " nobody" : names));
    }

    @Override
    public void presence(String room, String name, boolean joined) {
        line("[" + room + "] " + Plain.word(name) + (joined ? " joined" : " left"));
    }

    @Override
    public void gap(String channel) {
        line("[" + channel + "] some messages are no longer kept by the server");
    }

    @Override
    public void state(StateChange change) {
        if (change.to() == ClientState.CONNECTED) {
            line("* connected");
        } else if (change.to() == ClientState.DISCONNECTED) {
            line("* not connected (" + Plain.word(change.reason().name()) + "), next try in "
                    + change.retryIn().toMillis() / 1_000.0 + " s");
        } else if (change.to() == ClientState.CLOSED) {
            line("* closed (" + Plain.word(change.reason().name()) + ")");
        }
    }

    @Override
    public void note(String text) {
        line(text);
    }

    @Override
    public void error(String code, String detail) {
        line("! " + Plain.word(detail) + " (" + code + ")");
    }

    @Override
    public synchronized void prompt(String where) {
        if (person) {
            prompt = where + "> ";
            out.print(prompt);
            out.flush();
        }
    }

    private synchronized void line(String text) {
        out.println(prompt.isEmpty() ? text : '\r' + text);
        out.print(prompt);
        out.flush();
    }
}
