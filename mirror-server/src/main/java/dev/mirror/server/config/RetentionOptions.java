package dev.mirror.server.config;

import dev.mirror.channel.ChannelKind;
import dev.mirror.sql.LogOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How long what was said is kept. What is older than the days, or beyond the number, is removed a little at a time. */
public final class RetentionOptions {
    /** A hundred years; whoever means longer means for ever. */
    static final int MAX_DAYS = 36_500;

    @Option(
            names = "--room-days",
            paramLabel = "N",
            description = "days that messages of rooms are kept; 0 for ever (${DEFAULT-VALUE})")
    private int roomDays = 30;

    @Option(
            names = "--room-messages",
            paramLabel = "N",
            description = "messages that are kept of a room; 0 for all (${DEFAULT-VALUE})")
    private int roomMessages = 100_000;

    @Option(
            names = "--direct-days",
            paramLabel = "N",
            description = "days that direct messages are kept; 0 for ever (${DEFAULT-VALUE})")
    private int directDays;

    @Option(
            names = "--direct-messages",
            paramLabel = "N",
            description = "messages that are kept of a conversation, and of an inbox; 0 for all (${DEFAULT-VALUE})")
    private int directMessages;

    @Option(
            names = "--pubnub-days",
            paramLabel = "N",
            description = "days that messages of channels of PubNub keysets are kept; 0 for ever (as --room-days)")
    private @Nullable Integer pubnubDays;

    @Option(
            names = "--pubnub-messages",
            paramLabel = "N",
            description = "messages that are kept of such a channel; 0 for all (as --room-messages)")
    private @Nullable Integer pubnubMessages;

    RetentionOptions() {}

    /** The same as the log takes it. */
    public LogOptions log() {
        LogOptions.Keep rooms = keep(roomDays, roomMessages);
        LogOptions.Keep directs = keep(directDays, directMessages);
        return LogOptions.STANDARD
                .withKept(ChannelKind.ROOM, rooms)
                .withKept(ChannelKind.EXTERNAL, keep(pubnubDays(), pubnubMessages()))
                .withKept(ChannelKind.DIRECT, directs)
                .withKept(ChannelKind.INBOX, directs);
    }

    private int pubnubDays() {
        return pubnubDays == null ? roomDays : pubnubDays;
    }

    private int pubnubMessages() {
        return pubnubMessages == null ? roomMessages : pubnubMessages;
    }

    private static LogOptions.Keep keep(int days, int count) {
        return new LogOptions.Keep(days == 0 ? null : Duration.ofDays(days), count == 0 ? Long.MAX_VALUE : count);
    }

    void check() {
        days("--room-days", roomDays);
        notNegative("--room-messages", roomMessages);
        days("--direct-days", directDays);
        notNegative("--direct-messages", directMessages);
        days("--pubnub-days", pubnubDays());
        notNegative("--pubnub-messages", pubnubMessages());
    }

    private static void days(String option, int value) {
        notNegative(option, value);
        if (value > MAX_DAYS) {
            throw new StartException(
                    ExitCode.CONFIG, option + " is " + value + "; give at most " + MAX_DAYS + ", or 0 for ever");
        }
    }

    private static void notNegative(String option, int value) {
        if (value < 0) {
            throw new StartException(ExitCode.CONFIG, option + " is " + value + "; give 1 or more, or 0 for no limit");
        }
    }
}
