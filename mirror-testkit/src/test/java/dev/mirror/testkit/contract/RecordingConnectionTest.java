package dev.mirror.testkit.contract;

import dev.mirror.message.CloseReason;
import dev.mirror.spi.Connection;
import dev.mirror.testkit.fake.RecordingConnection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

class RecordingConnectionTest extends ConnectionContract {
    @Override
    protected Wire open() {
        return new RecordingWire(new RecordingConnection());
    }

    /** The recording connection is both ends at once. */
    static final class RecordingWire implements Wire, Peer {
        private final RecordingConnection recording;
        private final AtomicInteger ends = new AtomicInteger();

        RecordingWire(RecordingConnection recording) {
            this.recording = recording;
            recording.onEnd(ends::incrementAndGet);
        }

        @Override
        public void onLane(Runnable task) {
            task.run();
        }

        @Override
        public Connection connection() {
            return recording;
        }

        @Override
        public int ends() {
            return ends.get();
        }

        @Override
        public Peer peer() {
            return this;
        }

        @Override
        public List<String> frames() {
            return recording.frames();
        }

        @Override
        public int closeCode() {
            return recording.closeReason().map(CloseReason::code).orElse(0);
        }

        @Override
        public boolean stall() {
            recording.stall(5);
            return true;
        }

        @Override
        public void resume() {
            recording.resume();
        }

        @Override
        public void vanish() {
            recording.vanish();
        }

        @Override
        public void close() {
            recording.vanish();
        }
    }
}
