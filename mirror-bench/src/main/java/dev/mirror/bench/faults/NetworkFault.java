package dev.mirror.bench.faults;

import dev.mirror.bench.kill.ServerSite;
import dev.mirror.testkit.net.Direction;
import dev.mirror.testkit.net.FaultProxy;
import java.io.IOException;
import java.util.List;
import java.util.Random;

/**
 * The way between the server and all its clients is cut, both ways (F5) or one way (F6): what is under way is held back and
 * arrives late, or the connections end meanwhile, or it is lost and then they end.
 */
final class NetworkFault implements Fault {
    /** With a heartbeat of a second the server gives up a silent peer after eleven. */
    private static final int LONG_MILLIS = 13_000;

    private final boolean bothWays;
    private final FaultProxy[] proxy = new FaultProxy[1]; // set once, before anybody connects

    NetworkFault(boolean bothWays) {
        this.bothWays = bothWays;
    }

    @Override
    public void started(ServerSite server) throws IOException {
        proxy[0] = FaultProxy.to(server.port(), new Random(1));
    }

    @Override
    public int port(int server) {
        return proxy[0].port();
    }

    @Override
    public void happen(Scene scene) {
        FaultProxy way = proxy[0];
        List<Direction> cut = bothWays
                ? List.of(way.toServer(), way.toClient())
                : List.of(scene.random().nextBoolean() ? way.toServer() : way.toClient());
        int variant = scene.random().nextInt(3);
        boolean lost = variant == 2;
        cut.forEach(lost ? Direction::blackhole : Direction::cut);
        boolean longer = scene.full() && scene.random().nextInt(4) == 0;
        Scene.pause(longer ? LONG_MILLIS : scene.millis(200, 1_500));
        if (variant > 0) {
            way.reset();
        }
        way.heal();
    }

    @Override
    public void close() {
        if (proxy[0] != null) {
            proxy[0].close();
        }
    }
}
