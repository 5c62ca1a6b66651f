package dev.mirror.bench.faults;

import dev.mirror.bench.node.Line;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** F14: more connections than the process may have files. When they are gone, others get in. */
final class Flood implements Fault {
    /** What the server may have; its own files and the load's connections are some of them. */
    static final int FILES = 300;

    private static final int SOCKETS = 600;
    private static final int BACK_MILLIS = 5_000;

    @Override
    public void prepare(Path data) throws IOException {
        Tools.run("prlimit", "--version");
    }

    @Override
    public void happen(Scene scene) throws IOException {
        Vitals vitals = scene.vitals();
        List<SocketChannel> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < SOCKETS; i++) {
                SocketChannel socket = SocketChannel.open();
                sockets.add(socket);
                socket.configureBlocking(false);
                socket.connect(new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), scene.server().port()));
            }
            Scene.pause(scene.millis(1_000, 2_500));
            scene.require(vitals.files() > FILES - 20, "there were only " + vitals.files() + " files");
        } finally {
            for (SocketChannel socket : sockets) {
                socket.close();
            }
        }
        long freed = System.nanoTime();
        try (Line line = Line.open(scene.server().port(), scene.person(0).token())) {
            line.ask("{\"code\":\"session.ping\",\"id\":\"p\"}", "p");
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - freed);
        scene.measure("F14 ms until somebody got in when files were free again", millis, BACK_MILLIS);
    }
}
