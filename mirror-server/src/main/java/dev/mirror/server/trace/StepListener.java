package dev.mirror.server.trace;

/** Hears of messages that are traced, to tell somebody else. Must not block; called on any thread. */
interface StepListener {
    /** Tells nobody. */
    StepListener NONE = key -> new Follower() {
        @Override
        public void step(TraceStep step) {}

        @Override
        public void end() {}
    };

    /** A message is traced from now on. */
    Follower begin(MessageTrace.Key key);

    /** Hears of one message. */
    interface Follower {
        /** Something happened to it. */
        void step(TraceStep step);

        /** It is forgotten. */
        void end();
    }
}
