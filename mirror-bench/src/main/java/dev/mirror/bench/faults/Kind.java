package dev.mirror.bench.faults;

import dev.mirror.bench.kill.Ground;
import dev.mirror.bench.node.ServerChild.Launch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The faults that can be had here. Their numbers are those of the invariants' catalogue. */
enum Kind {
    /** Both directions. */
    F5("the network is cut both ways", false, true),
    /** One direction. */
    F6("the network is cut one way", false, true),
    /** No room. */
    F8("the disk is full", true, true),
    /** Who never reads. */
    F11("subscribers never read", true, true),
    /** Who vanishes. */
    F12("peers vanish without a word", true, false),
    /** Who comes back at once. */
    F13("many clients are cut and come back at once", true, true),
    /** No more files. */
    F14("more connections than the process may have files", true, true),
    /** Who takes long. */
    F15("connections that drip", true, false),
    /** Too much at once. */
    F16("giant frames and messages", true, true),
    /** What RFC 6455 forbids. */
    F17("malformed frames", true, true),
    /** What is hard to read. */
    F18("bombs of JSON", true, true),
    /** Rights that end. */
    F19("tokens and log-ins end", true, true),
    /** What is somebody else's. */
    F20("forged ids, positions, names and tokens", true, true),
    /** Standing still. */
    F22("the process freezes", false, true),
    /** A small heap. */
    F26("memory is short", false, false);

    /** Of the servers that are not short of it. */
    static final String HEAP = "-Xmx256m";

    private final String title;
    private final boolean sparesBystanders;
    private final boolean inSmoke;

    Kind(String title, boolean sparesBystanders, boolean inSmoke) {
        this.title = title;
        this.sparesBystanders = sparesBystanders;
        this.inSmoke = inSmoke;
    }

    /** Whether nobody's connection may end by it but those of its own making. */
    boolean sparesBystanders() {
        return sparesBystanders;
    }

    /** Whether it belongs to every build. */
    boolean isInSmoke() {
        return inSmoke;
    }

    /** A new one. */
    Fault fault() {
        return switch (this) {
            case F5 -> new NetworkFault(true);
            case F6 -> new NetworkFault(false);
            case F8 -> new DiskFull();
            case F11 -> new SlowConsumers();
            case F12 -> new HalfOpen();
            case F13 -> new Storm();
            case F14 -> new Flood();
            case F15 -> new Dripping();
            case F16 -> new Assault("F16", Attacks.giants(), List.of());
            case F17 -> new Assault("F17", Attacks.malformed(), List.of());
            case F18 -> new Assault("F18", List.of(), Attacks.texts());
            case F19 -> new Tokens();
            case F20 -> new Forgery();
            case F22 -> new Freeze();
            case F26 -> new Pressure();
        };
    }

    /** What the server is told for its sake. */
    private List<String> options() {
        return switch (this) {
            case F5, F6, F12 -> List.of("--heartbeat-seconds=1");
            case F19 -> List.of("--auth-per-minute=10000");
            default -> List.of();
        };
    }

    /** How the server is started to which it happens. */
    Launch launch(Ground ground, Path folder) {
        List<String> all = new ArrayList<>(List.of(
                "--publish-per-second=100000", "--publish-burst=100000", "--log-level=info", "--log-format=text"));
        all.addAll(options());
        Launch plain = ground.launch(folder, all);
        List<String> jvm = new ArrayList<>(plain.jvm());
        jvm.add("-XX:+ExitOnOutOfMemoryError");
        jvm.add(this == F26 ? Pressure.HEAP : HEAP);
        String files = Integer.toString(Flood.FILES);
        List<String> through = this == F14 ? List.of("prlimit", "--nofile=" + files + ':' + files) : List.of();
        return new Launch(plain.classPath(), jvm, plain.folder(), plain.options(), through, plain.main());
    }

    @Override
    public String toString() {
        return name() + ' ' + title;
    }
}
