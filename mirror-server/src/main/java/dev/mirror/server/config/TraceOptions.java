package dev.mirror.server.config;

import picocli.CommandLine.Option;

/** How much the server remembers of what became of messages, for {@code mirror trace}. */
public final class TraceOptions {
    /** With the most steps, a bound on memory that a mistake in a file cannot exceed. */
    private static final int MAX_MESSAGES = 100_000;

    private static final int MIN_STEPS = 8;
    private static final int MAX_STEPS = 10_000;

    @Option(
            names = "--trace-messages",
            paramLabel = "N",
            description = "messages whose steps are remembered, and as many failures; 0 for none (${DEFAULT-VALUE})")
    private int messages = 1_000;

    @Option(
            names = "--trace-steps",
            paramLabel = "N",
            description = "steps that are remembered of each (${DEFAULT-VALUE})")
    private int steps = 100;

    @Option(
            names = "--trace-sample",
            paramLabel = "N",
            description = "one message in so many is remembered: 1 for all, 0 for failures only (${DEFAULT-VALUE})")
    private int sample = 100;

    TraceOptions() {}

    /** Messages whose steps are remembered; 0 if nothing is. */
    public int messages() {
        return messages;
    }

    /** Steps that are remembered of each message. */
    public int steps() {
        return steps;
    }

    /** One in how many messages is remembered; 0 for failures only. */
    public int sample() {
        return sample;
    }

    void check() {
        between("--trace-messages", messages, 0, MAX_MESSAGES);
        between("--trace-steps", steps, MIN_STEPS, MAX_STEPS);
        between("--trace-sample", sample, 0, Integer.MAX_VALUE);
    }

    private static void between(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new StartException(
                    ExitCode.CONFIG, option + " is " + value + "; give a number from " + least + " to " + most);
        }
    }
}
