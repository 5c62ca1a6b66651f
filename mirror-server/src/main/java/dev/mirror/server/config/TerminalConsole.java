package dev.mirror.server.config;

import java.io.Console;
import org.jspecify.annotations.Nullable;

/** Whether a person sits at the other end of standard input and output. */
public final class TerminalConsole {
    private TerminalConsole() {}

    /** The console if it is a terminal; {@code null} in a pipe, a service or a test. */
    @SuppressWarnings("SystemConsoleNull") // null is what Java 17 says, and isTerminal is asked on newer ones
    public static @Nullable Console find() {
        Console console = System.console();
        if (console == null) {
            return null;
        }
        try {
            // From Java 22 on there always is a console, and it says what it is.
            return (boolean) Console.class.getMethod("isTerminal").invoke(console) ? console : null;
        } catch (ReflectiveOperationException e) {
            return console;
        }
    }
}
