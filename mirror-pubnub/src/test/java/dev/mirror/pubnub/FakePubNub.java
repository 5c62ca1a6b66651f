package dev.mirror.pubnub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A PubNub that does as it is told: time, publish, history, counts and polls, with the faults that a test asks for. */
final class FakePubNub implements AutoCloseable {
    /** Carries the request out, and then answers with a fault. */
    static final int LOST_ANSWER = -1;
    /** Answers with JSON that is no answer. */
    static final int NONSENSE = -2;
    /** Does not answer before the end. */
    static final int SILENCE = -3;
    /** Answers with a list of nothing. */
    static final int NULL = -4;
    /** Answers without a body. */
    static final int EMPTY = -5;

    /** What somebody said. */
    record Message(long timetoken, String channel, String json) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "fake-pubnub");
        thread.setDaemon(true);
        return thread;
    });
    private final CountDownLatch ended = new CountDownLatch(1);
    private final List<Message> log = new ArrayList<>(); // guarded by this
    private final List<Message> stream = new ArrayList<>(); // guarded by this; what polls are told
    private final List<String> requests = new ArrayList<>(); // guarded by this
    private long last = 17_000_000_000_000_000L; // guarded by this
    private boolean closed; // guarded by this
    private ToIntFunction<String> fault = path -> 0; // guarded by this
    private Predicate<Message> told = message -> true; // guarded by this

    FakePubNub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    PubNubBrokerOptions.Builder options() {
        return PubNubBrokerOptions.builder("pub", "sub")
                .origin("127.0.0.1:" + server.getAddress().getPort())
                .secure(false);
    }

    /** What becomes of requests: a status, one of the faults above, or 0. */
    synchronized void faults(ToIntFunction<String> faults) {
        fault = faults;
    }

    /** Which of the messages that are stored polls are told. */
    synchronized void tells(Predicate<Message> which) {
        told = which;
    }

    synchronized long next() {
        return last += 10;
    }

    /** Stores, and tells polls, as if it had been published; several are told in one answer, in this order. */
    synchronized void say(Message... messages) {
        for (Message message : messages) {
            if (log.stream().noneMatch(kept -> kept.timetoken == message.timetoken)) {
                log.add(message);
                log.sort((one, other) -> Long.compare(one.timetoken, other.timetoken));
            }
            last = Math.max(last, message.timetoken);
            if (told.test(message)) {
                stream.add(message);
            }
        }
        notifyAll();
    }

    synchronized List<Message> log() {
        return List.copyOf(log);
    }

    /** The raw targets of requests so far whose path begins so. */
    synchronized List<String> requests(String beginning) {
        return requests.stream()
                .filter(request -> request.startsWith(beginning))
                .toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String path = exchange.getRequestURI().getRawPath();
            int wrong;
            synchronized (this) {
                requests.add(exchange.getRequestURI().toString());
                wrong = fault.applyAsInt(path);
            }
            if (wrong == SILENCE) {
                ended.await();
                return;
            }
            if (wrong > 0) {
                answer(exchange, wrong, "{\"message\":\"on purpose\",\"error\":true,\"status\":" + wrong + "}");
                return;
            }
            if (wrong == EMPTY) {
                exchange.sendResponseHeaders(204, -1);
                return;
            }
            if (wrong == NULL) {
                answer(exchange, 200, "[null]");
                return;
            }
            String answer = wrong == NONSENSE ? "{\"t\":1}" : route(path.split("/", -1), query(exchange), body);
            answer(exchange, wrong == LOST_ANSWER ? 500 : 200, answer);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "text/javascript; charset=\"UTF-8\"");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new HashMap<>();
        String raw = exchange.getRequestURI().getRawQuery();
        for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                query.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return query;
    }

    private String route(String[] path, Map<String, String> query, String body) throws InterruptedException {
        return switch (path[1] + (path.length > 4 ? "/" + path[2] + "/" + path[4] : "")) {
            case "time" -> "[" + next() + "]";
            case "v2/history/sub" -> history(path[6], query);
            case "v3/history/sub" -> counts(List.of(path[6].split(",", -1)), query);
            default ->
                path[1].equals("publish") ? publish(path[5], body) : poll(List.of(path[4].split(",", -1)), query);
        };
    }

    private synchronized String publish(String channel, String body) {
        long timetoken = next();
        say(new Message(timetoken, channel, body));
        return "[1,\"Sent\",\"" + timetoken + "\"]";
    }

    private synchronized String history(String channel, Map<String, String> query) {
        int count = Integer.parseInt(query.get("count"));
        @Nullable String start = query.get("start");
        boolean reverse = "true".equals(query.get("reverse"));
        List<Message> all = log.stream()
                .filter(message -> message.channel.equals(channel))
                .filter(message -> start == null
                        || (reverse
                                ? message.timetoken > Long.parseLong(start)
                                : message.timetoken < Long.parseLong(start)))
                .toList();
        List<Message> page = reverse
                ? all.subList(0, Math.min(count, all.size()))
                : all.subList(Math.max(0, all.size() - count), all.size());
        return page.stream()
                .map(message -> "{\"message\":" + message.json + ",\"timetoken\":" + message.timetoken + "}")
                .collect(Collectors.joining(",", "[[", "],0,0]"));
    }

    private synchronized String counts(List<String> channels, Map<String, String> query) {
        String[] since = query.getOrDefault("channelsTimetoken", query.getOrDefault("timetoken", "0"))
                .split(",", -1);
        List<String> counts = new ArrayList<>();
        for (int i = 0; i < channels.size(); i++) {
            String channel = channels.get(i);
            long from = Long.parseLong(since[Math.min(i, since.length - 1)]);
            counts.add("\"" + channel + "\":"
                    + log.stream()
                            .filter(message -> message.channel.equals(channel) && message.timetoken > from)
                            .count());
        }
        return "{\"status\":200,\"error\":false,\"error_message\":\"\",\"channels\":{" + String.join(",", counts)
                + "}}";
    }

    private synchronized String poll(List<String> channels, Map<String, String> query) throws InterruptedException {
        long since = Long.parseLong(query.getOrDefault("tt", "0"));
        if (since == 0) {
            return told(next(), List.of());
        }
        while (true) {
            List<Message> found = stream.stream()
                    .filter(message -> message.timetoken > since && channels.contains(message.channel))
                    .toList();
            if (!found.isEmpty() || closed) {
                long to = found.stream().mapToLong(Message::timetoken).max().orElse(since);
                return told(to, found);
            }
            wait();
        }
    }

    private static String told(long cursor, List<Message> messages) {
        return messages.stream()
                .map(message -> "{\"a\":\"1\",\"f\":0,\"i\":\"someone\",\"p\":{\"t\":\"" + message.timetoken
                        + "\",\"r\":1},\"k\":\"sub\",\"c\":\"" + message.channel + "\",\"b\":\"" + message.channel
                        + "\",\"d\":" + message.json + "}")
                .collect(Collectors.joining(",", "{\"t\":{\"t\":\"" + cursor + "\",\"r\":1},\"m\":[", "]}"));
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        ended.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
