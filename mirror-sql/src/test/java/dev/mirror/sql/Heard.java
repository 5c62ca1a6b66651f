package dev.mirror.sql;

import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What a class says to the log of the process, from a warning on, until this is closed. */
final class Heard implements AutoCloseable {
    private final Logger logger;
    private final Handler handler;

    private Heard(Logger logger, Handler handler) {
        this.logger = logger;
        this.handler = handler;
    }

    static Heard of(Class<?> speaker, Consumer<String> listener) {
        SimpleFormatter formatter = new SimpleFormatter();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord said) {
                if (said.getLevel().intValue() >= Level.WARNING.intValue()) {
                    listener.accept(formatter.formatMessage(said));
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(speaker.getName());
        logger.addHandler(handler);
        return new Heard(logger, handler);
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
    }
}
