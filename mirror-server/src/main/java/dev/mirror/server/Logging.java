package dev.mirror.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.mirror.server.config.ServerOptions;
import dev.mirror.server.config.TerminalConsole;
import org.slf4j.LoggerFactory;

/** Where log lines go, and how they look: the server's to standard output, as text on a terminal and as JSON elsewhere. */
final class Logging {
    /** Control and formatting characters would let a name write lines of its own, or turn the text around. */
    private static final String TEXT =
            "%d{HH:mm:ss.SSS} %-5level %logger{20} - %replace(%msg){'[\\p{Cc}\\p{Cf}]', '?'}%n";

    private Logging() {}

    /** Sets it up; whether lines are JSON. */
    static boolean start(ServerOptions options) {
        boolean json = switch (options.logFormat()) {
            case JSON -> true;
            case TEXT -> false;
            case AUTO -> TerminalConsole.find() == null;
        };
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            configure(context, "System.out", json, Level.toLevel(options.logLevel()));
        }
        return json;
    }

    /** For commands that print answers, where log lines must not come between: warnings only, to standard error. */
    static void quiet() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            configure(context, "System.err", false, Level.WARN);
        }
    }

    private static void configure(LoggerContext context, String target, boolean json, Level level) {
        context.reset();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setTarget(target);
        console.setEncoder(encoder(context, json));
        console.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(console);
        // Never lower for libraries: what they say at debug shows headers, and so tokens.
        root.setLevel(level == Level.ERROR ? Level.ERROR : Level.WARN);
        context.getLogger("dev.mirror").setLevel(level);
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context, boolean json) {
        if (json) {
            JsonLines encoder = new JsonLines();
            encoder.setContext(context);
            encoder.start();
            return encoder;
        }
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(TEXT);
        encoder.start();
        return encoder;
    }
}
