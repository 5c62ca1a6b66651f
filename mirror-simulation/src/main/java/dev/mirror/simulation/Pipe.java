package dev.mirror.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/** One direction of a connection: what is put in arrives in order, some of it together, late, or not while it is held. */
final class Pipe {
    private final Network network;
    private final BooleanSupplier held;
    private final Runnable emptied;
    private final Deque<Item> items = new ArrayDeque<>();
    private long bytes;
    private boolean moving; // whether an arrival is planned

    /** Something on its way. */
    private record Item(long bytes, Runnable arrival) {}

    /**
     * A way.
     *
     * @param held whether nothing arrives now
     * @param emptied told when everything has arrived
     */
    Pipe(Network network, BooleanSupplier held, Runnable emptied) {
        this.network = network;
        this.held = held;
        this.emptied = emptied;
    }

    void put(long size, Runnable arrival) {
        items.add(new Item(size, arrival));
        bytes += size;
        move();
    }

    void move() {
        if (!moving && !items.isEmpty() && !held.getAsBoolean()) {
            moving = true;
            network.later(network.latency(), this::arrive);
        }
    }

    private void arrive() {
        moving = false;
        if (held.getAsBoolean()) {
            return; // it is sent again when the way is open
        }
        int batch = 1 + network.chance().nextInt(items.isEmpty() ? 1 : items.size());
        for (int i = 0; i < batch && !items.isEmpty(); i++) {
            Item item = items.remove();
            bytes -= item.bytes;
            item.arrival.run();
        }
        if (items.isEmpty()) {
            emptied.run();
        }
        move();
    }

    void clear() {
        items.clear();
        bytes = 0;
    }

    int size() {
        return items.size();
    }

    long bytes() {
        return bytes;
    }
}
