package dev.mirror.testkit.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/**
 * One direction of a {@link FaultProxy}, with its faults. Several hold at once. A fault holds until {@link #heal()};
 * bytes that a cut held back then arrive, bytes that were swallowed do not.
 *
 * <p>Safe for any thread.
 */
public final class Direction {
    private static final int CHUNK = 16_384;

    private final RandomGenerator random;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean cut; // guarded by lock
    private boolean swallowing; // guarded by lock
    private boolean stopped; // guarded by lock
    private long meanNanos; // guarded by lock
    private long jitterNanos; // guarded by lock
    private long bytesPerSecond = Long.MAX_VALUE; // guarded by lock
    private int slice = CHUNK; // guarded by lock
    private double corruption; // guarded by lock; the chance of each byte
    private long left = Long.MAX_VALUE; // guarded by lock; bytes until the end

    Direction(RandomGenerator random) {
        this.random = random;
    }

    /** Nothing gets through, and nothing says so: the connection looks alive. Held bytes arrive after {@link #heal()}. */
    public void cut() {
        set(() -> cut = true);
    }

    /** What is sent is read, and lost: the sender sees nothing wrong. */
    public void blackhole() {
        set(() -> swallowing = true);
    }

    /** Every chunk waits so long, more or less, before it goes on. */
    public void latency(Duration mean, Duration jitter) {
        set(() -> {
            meanNanos = mean.toNanos();
            jitterNanos = jitter.toNanos();
        });
    }

    /** So many bytes get through in a second. */
    public void bandwidth(long bytes) {
        set(() -> bytesPerSecond = Math.max(1, bytes));
    }

    /** Bytes arrive in pieces of at most so many. */
    public void slice(int bytes) {
        set(() -> slice = Math.max(1, Math.min(CHUNK, bytes)));
    }

    /** Every byte is changed with this chance, from 0 to 1. */
    public void corrupt(double chance) {
        set(() -> corruption = chance);
    }

    /** After so many bytes more the connection ends. */
    public void limit(long bytes) {
        set(() -> left = bytes);
    }

    /** Takes every fault away. */
    public void heal() {
        set(() -> {
            cut = false;
            swallowing = false;
            meanNanos = 0;
            jitterNanos = 0;
            bytesPerSecond = Long.MAX_VALUE;
            slice = CHUNK;
            corruption = 0;
            left = Long.MAX_VALUE;
        });
    }

    void stop() {
        set(() -> stopped = true);
    }

    private void set(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Carries bytes until the end of the input (true) or of what may pass (false). */
    boolean pump(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[CHUNK];
        while (awaitHealed()) {
            int count = in.read(buffer);
            if (count < 0) {
                return true;
            }
            // The faults may have changed while it waited for these bytes, so they are cut up only now.
            for (int from = 0; from < count && isOpen(); ) {
                byte[] piece = Arrays.copyOfRange(buffer, from, from + pieceBytes(count - from));
                if (passes(piece)) {
                    out.write(piece);
                    out.flush();
                }
                from += piece.length;
            }
        }
        return false;
    }

    private boolean awaitHealed() {
        lock.lock();
        try {
            while (cut && !stopped) {
                changed.awaitUninterruptibly();
            }
            return isOpen();
        } finally {
            lock.unlock();
        }
    }

    private boolean isOpen() {
        lock.lock();
        try {
            return !stopped && left > 0;
        } finally {
            lock.unlock();
        }
    }

    private int pieceBytes(int most) {
        lock.lock();
        try {
            return (int) Math.min(most, Math.min(left, slice));
        } finally {
            lock.unlock();
        }
    }

    /** Waits as long as the piece takes, and says whether it arrives. */
    private boolean passes(byte[] piece) {
        lock.lock();
        try {
            delay(delayNanos(piece.length));
            while (cut && !stopped) {
                changed.awaitUninterruptibly();
            }
            if (stopped || swallowing) {
                return false;
            }
            left -= left == Long.MAX_VALUE ? 0 : piece.length;
            for (int i = 0; i < piece.length && corruption > 0; i++) {
                if (random.nextDouble() < corruption) {
                    piece[i] ^= (byte) (1 << random.nextInt(8));
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void delay(long nanos) {
        try {
            long rest = nanos;
            while (rest > 0 && !stopped) {
                rest = changed.awaitNanos(rest);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long delayNanos(int bytes) {
        long jitter = jitterNanos == 0 ? 0 : random.nextLong(-jitterNanos, jitterNanos + 1);
        long transfer = bytesPerSecond == Long.MAX_VALUE ? 0 : bytes * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
        return Math.max(0, meanNanos + jitter) + transfer;
    }
}
