package dev.mirror.pubnub;

import com.pubnub.api.PubNubException;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Asks the service until it answers, for a while. What it refuses for good is not asked again. Every failure comes out
 * as a {@link MirrorException} without the service's text, which may hold what was said.
 */
final class Retry implements AutoCloseable {
    private static final long FIRST_MILLIS = 100;
    private static final long MOST_MILLIS = 2_000;

    private final Duration patience;
    private final RandomGenerator chance;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** One request. */
    @FunctionalInterface
    interface Request<T> {
        /**
         * Sends it.
         *
         * @param again whether it was tried before, with an outcome that is not known
         */
        T send(boolean again) throws PubNubException;
    }

    private record Fault(MirrorException failure, boolean lasting, boolean unknown) {}

    Retry(Duration patience, RandomGenerator chance) {
        this.patience = patience;
        this.chance = chance;
    }

    <T> T until(Request<T> request) {
        long begin = System.nanoTime();
        boolean unknown = false;
        for (long pause = FIRST_MILLIS; ; pause = Math.min(MOST_MILLIS, 2 * pause)) {
            if (closed.getCount() == 0) {
                throw Workers.ended();
            }
            Fault fault;
            try {
                return request.send(unknown);
            } catch (PubNubException failure) {
                fault = fault(failure);
            } catch (MirrorException refusal) {
                throw refusal;
            } catch (RuntimeException strange) {
                // What the SDK throws for an answer that it does not understand. The request may have been carried out.
                fault = new Fault(unavailable("PubNub gave an answer that is none", strange), false, true);
            }
            unknown |= fault.unknown;
            boolean late = System.nanoTime() - begin > patience.toNanos();
            if (fault.lasting || late || ended(pause / 2 + chance.nextLong(1 + pause / 2))) {
                throw closed.getCount() == 0 ? Workers.ended() : fault.failure;
            }
        }
    }

    private boolean ended(long millis) {
        try {
            return closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static Fault fault(PubNubException failure) {
        int status = failure.getStatusCode();
        if (status == 413 || status == 414) {
            return lasting(ErrorCode.TOO_LARGE, "too large for PubNub", status);
        }
        if (status == 429) {
            return new Fault(new MirrorException(ErrorCode.TOO_MANY, "PubNub asks for fewer requests"), false, false);
        }
        if (status == 401 || status == 403) {
            return lasting(ErrorCode.STORE_UNAVAILABLE, "PubNub does not accept the keys", status);
        }
        if (status >= 400 && status < 500) {
            return lasting(ErrorCode.STORE_UNAVAILABLE, "PubNub refuses the request", status);
        }
        String what = status == 0 ? "PubNub does not answer" : "PubNub has a fault, status " + status;
        return new Fault(unavailable(what, failure), false, true);
    }

    private static Fault lasting(ErrorCode code, String detail, int status) {
        return new Fault(new MirrorException(code, detail + " (status " + status + ")"), true, false);
    }

    private static MirrorException unavailable(String detail, Throwable cause) {
        // Of the cause only its kind: its text may quote the answer, and with it what was said.
        return new MirrorException(
                ErrorCode.STORE_UNAVAILABLE, detail + " (" + cause.getClass().getSimpleName() + ")");
    }

    boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Whoever waits stops waiting; whoever comes hears that the broker is closed. */
    @Override
    public void close() {
        closed.countDown();
    }
}
