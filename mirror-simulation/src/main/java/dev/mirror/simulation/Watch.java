package dev.mirror.simulation;

import dev.mirror.message.CloseReason;
import dev.mirror.message.Frame;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sees every frame, and every end that the server makes, and tells those whose business it is. */
final class Watch implements Network.Witness {
    private static final Pattern PRIVATE = Pattern.compile(SeedRun.SECRET + "(\\w+)\\.(\\w+):");
    private static final Pattern REFUSED =
            Pattern.compile("\"code\":\"reply\\.error\".*\"re\":\"([^\"]+)\".*\"name\":\"([^\"]+)\"");

    private final List<Device> devices;
    private final List<String> faults;
    private @Nullable Recorder recorder; // set once, before anything happens
    private @Nullable Gauge gauge; // the same

    /** @param faults where it is told what should not have happened */
    Watch(List<Device> devices, List<String> faults) {
        this.devices = devices;
        this.faults = faults;
    }

    void begin(Recorder tape, Gauge measure) {
        recorder = tape;
        gauge = measure;
    }

    private Gauge gauge() {
        return Objects.requireNonNull(gauge);
    }

    @Override
    public void leaves(String client, Frame frame) {
        Device device = device(client);
        if (device != null) {
            device.voice().leaves(frame.toString());
        }
    }

    private @Nullable Device device(String client) {
        for (Device device : devices) {
            if (device.name().equals(client)) {
                return device;
            }
        }
        return null;
    }

    private static boolean isRaw(String client) {
        return client.startsWith(Hostile.USER) || client.startsWith(Sluggard.USER);
    }

    @Override
    public void heard(String client, Frame frame) {
        if (isRaw(client)) {
            gauge().heard(client, frame);
        }
    }

    @Override
    public void taken(String client) {
        if (isRaw(client)) {
            gauge().taken(client);
        }
    }

    /** What was refused may be overtaken, also if nobody hears of the refusal. */
    @Override
    public void sent(String client, Frame frame, long waiting) {
        gauge().sent(client, frame, waiting);
        Device device = device(client);
        String text = device == null ? "" : frame.toString();
        if (device != null && text.contains("reply.error")) {
            Matcher refusal = REFUSED.matcher(text);
            if (refusal.find()) {
                device.voice().displaced(refusal.group(1), refusal.group(2));
            }
        }
    }

    @Override
    public void refused(String client) {
        gauge().refused(client);
    }

    @Override
    public void over(String client) {
        gauge().ended(client);
    }

    @Override
    public void told(String client, Frame frame) {
        String text = frame.toString();
        if (text.contains(SeedRun.SECRET)) {
            String user = client.substring(0, client.indexOf('/'));
            Matcher secret = PRIVATE.matcher(text);
            while (secret.find()) {
                if (!secret.group(1).equals(user) && !secret.group(2).equals(user)) {
                    Objects.requireNonNull(recorder).add(client, Outcome.OK, Act.HEAR, Subject.NONE, secret.group());
                }
            }
        }
    }

    /** Nobody but who is hostile may be sent away for what they did, or for a fault of the server (I11). */
    @Override
    public void closed(String client, CloseReason reason) {
        boolean ours = reason.code() == CloseReason.PROTOCOL.code()
                || reason.code() == CloseReason.NOT_ALLOWED.code()
                || reason.code() == CloseReason.TOO_MANY.code()
                || reason.code() == CloseReason.INTERNAL.code();
        if (ours && !client.startsWith(Hostile.USER)) {
            faults.add(client + " was closed by the server: " + reason);
        }
    }
}
