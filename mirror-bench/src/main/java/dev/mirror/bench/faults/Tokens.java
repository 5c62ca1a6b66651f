package dev.mirror.bench.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mirror.bench.node.Line;
import dev.mirror.bench.node.People;
import dev.mirror.bench.node.People.Person;
import dev.mirror.sql.Database;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** F19: a token ends while its connection is open, somebody logs out, somebody changes the password. */
final class Tokens implements Fault {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Long enough for the server to start and for the load to begin. */
    private static final Duration LIFE = Duration.ofSeconds(10);
    /** A second is promised for a log-out, five for the end of a token; the rest is for a busy machine. */
    private static final int REVOKED_MILLIS = 3_000;

    private static final int EXPIRED_MILLIS = 5_000;
    private static final int SOMEBODY = 3;

    private Person shortLived = new Person("", "");
    private int round;

    @Override
    public void furnished(Path data) {
        shortLived = People.signUp(Database.sqlite(data), "short-lived", LIFE);
    }

    @Override
    public void happen(Scene scene) throws IOException {
        round++;
        if (round == 1) {
            ends(scene);
        }
        logsOut(scene, SOMEBODY + round);
        if (round == 1) {
            changesPassword(scene);
        }
    }

    private void ends(Scene scene) throws IOException {
        long expires = expiry(shortLived.token());
        try (Line line = Line.open(scene.server().port(), shortLived.token())) {
            String end = endOf(() -> {
                while (true) {
                    line.read();
                }
            });
            long late = Instant.now().toEpochMilli() - expires;
            scene.measure("F19 ends of a token that closed otherwise than with 4301", has(end, "4301") ? 0 : 1, 0, end);
            scene.measure("F19 ms that a connection outlived its token", late, EXPIRED_MILLIS);
        }
    }

    private void logsOut(Scene scene, int number) throws IOException {
        String token = logIn(scene, number);
        try (Line line = Line.open(scene.server().port(), token)) {
            long asked = System.nanoTime();
            post(scene, "/auth/logout", "{}", token);
            revoked(scene, line, "a log-out", asked);
        }
        String again = endOf(() -> {
            try (Line line = Line.open(scene.server().port(), token)) {
                return "let in: " + line.hello();
            }
        });
        scene.measure("F19 log-ins that went on after their end", has(again, "4302") ? 0 : 1, 0, again);
    }

    private void changesPassword(Scene scene) throws IOException {
        String token = logIn(scene, SOMEBODY);
        String elsewhere = logIn(scene, SOMEBODY);
        try (Line line = Line.open(scene.server().port(), elsewhere)) {
            long asked = System.nanoTime();
            String change =
                    "{\"password\":\"" + People.PASSWORD + "\",\"newPassword\":\"Another-" + scene.run() + "\"}";
            post(scene, "/auth/password", change, token);
            revoked(scene, line, "a change of password", asked);
        }
    }

    private static void revoked(Scene scene, Line line, String what, long asked) {
        String end = endOf(() -> {
            while (true) {
                line.read();
            }
        });
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked);
        scene.measure("F19 ends by " + what + " other than with 4302", has(end, "4302") ? 0 : 1, 0, end);
        scene.measure("F19 ms from " + what + " to the end of its connections", millis, REVOKED_MILLIS);
    }

    /** How it came to an end that could only end. */
    static String endOf(Callable<String> task) {
        try {
            return task.call();
        } catch (Exception end) {
            return String.valueOf(end.getMessage());
        }
    }

    private static boolean has(String end, String code) {
        // Who is not let in may hear it in words before the close frame.
        return end.contains(code);
    }

    private static String logIn(Scene scene, int number) throws IOException {
        String name = People.name(scene.server().people().size() - 1 - number);
        String form = "{\"username\":\"" + name + "\",\"password\":\"" + People.PASSWORD + "\"}";
        return JSON.readTree(post(scene, "/auth/token", form, "")).path("token").asText();
    }

    private static String post(Scene scene, String path, String body, String token) throws IOException {
        URI address = URI.create("http://127.0.0.1:" + scene.server().port() + path);
        HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setRequestProperty("Accept", "application/json");
        if (!token.isEmpty()) {
            connection.setRequestProperty("Authorization", "Bearer " + token);
        }
        connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        int status = connection.getResponseCode();
        if (status >= 300) {
            throw new IOException(String.format(Locale.ROOT, "%s was answered with %d", path, status));
        }
        try (var in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            connection.disconnect();
        }
    }

    /** When a token ends, in milliseconds since 1970. */
    private static long expiry(String token) throws IOException {
        byte[] claims = Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]);
        JsonNode json = JSON.readTree(claims);
        return TimeUnit.SECONDS.toMillis(json.path("exp").asLong());
    }
}
