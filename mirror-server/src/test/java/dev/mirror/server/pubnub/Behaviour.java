package dev.mirror.server.pubnub;

import java.util.Set;

/**
 * One row of the table: something that PubNub's service does for its clients.
 *
 * @param service the part of the service
 * @param what it does, in words
 * @param request what clients send
 * @param verdict what mirror makes of it, which the step proves
 * @param by who can try it
 * @param step what is tried; it fails if the verdict is not true
 */
record Behaviour(String service, String what, String request, Verdict verdict, Set<Column> by, Step step) {
    /** What mirror makes of a behaviour. */
    record Verdict(String word, String why) {
        static final Verdict WORKS = new Verdict("works", "");
    }

    /** Tries something; what it expects stands in it. */
    @FunctionalInterface
    interface Step {
        void run(Stage stage);
    }

    /** The rows of one service. */
    record Service(String name) {
        /** As at PubNub. */
        Behaviour works(String what, String request, Set<Column> by, Step step) {
            return new Behaviour(name, what, request, Verdict.WORKS, by, step);
        }

        /** Not quite as at PubNub; the step shows what it is like. */
        Behaviour differs(String what, String request, String why, Set<Column> by, Step step) {
            return new Behaviour(name, what, request, new Verdict("differs", why), by, step);
        }

        /** Not there; the step shows that it is refused. */
        Behaviour absent(String what, String request, String why, Set<Column> by, Step step) {
            return new Behaviour(name, what, request, new Verdict("absent", why), by, step);
        }
    }

    String title() {
        return service + ": " + what;
    }
}
