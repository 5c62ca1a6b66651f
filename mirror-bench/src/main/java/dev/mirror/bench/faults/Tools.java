package dev.mirror.bench.faults;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs of the system that faults need. */
final class Tools {
    private static final int SECONDS = 20;

    private Tools() {}

    /**
     * Runs one to its end.
     *
     * @throws NotHereException if it is not there, or may not do it
     */
    static void run(String... command) throws IOException {
        String what = String.join(" ", List.of(command));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new NotHereException("“" + what + "” does not work here; it takes Linux, and perhaps root");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted: " + what, e);
        } catch (NotHereException e) {
            throw e;
        } catch (IOException e) {
            throw new NotHereException("“" + what + "” cannot be run here: " + e.getMessage());
        }
    }
}
