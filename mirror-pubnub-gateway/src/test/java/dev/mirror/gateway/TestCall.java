package dev.mirror.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mirror.gateway.wire.HttpCall;
import dev.mirror.identity.Principal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A request without a network, and what was answered. */
public final class TestCall implements HttpCall {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String method;
    private final String target;
    private final Map<String, String> headers = new TreeMap<>();
    private final List<Runnable> gone = new ArrayList<>();
    private byte[] body = {};
    private String address = "192.0.2.1";
    private @Nullable Principal principal;
    private final CompletableFuture<Reply> reply = new CompletableFuture<>();

    /** What was answered. */
    public record Reply(int status, Map<String, String> headers, String body) {
        /** The body. */
        public JsonNode json() {
            return TestCall.json(body);
        }
    }

    /** A request. */
    public TestCall(String method, String target) {
        this.method = method;
        this.target = target;
    }

    /** With a body. */
    public TestCall body(byte[] value) {
        body = value.clone();
        return this;
    }

    /** With a body. */
    public TestCall body(String value) {
        return body(value.getBytes(StandardCharsets.UTF_8));
    }

    /** With a header. */
    public TestCall with(String name, String value) {
        headers.put(name.toLowerCase(Locale.ROOT), value);
        return this;
    }

    /** By somebody who is logged in. */
    public TestCall by(Principal value) {
        principal = value;
        return this;
    }

    /** From somewhere. */
    public TestCall from(String value) {
        address = value;
        return this;
    }

    /** The log-in that it shows has ended. */
    public void logOut() {
        principal = null;
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String target() {
        return target;
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public CompletionStage<Optional<Principal>> principal() {
        return CompletableFuture.completedFuture(Optional.ofNullable(principal));
    }

    @Override
    public void answer(int code, Map<String, String> fields, byte[] bytes) {
        if (!reply.complete(new Reply(code, Map.copyOf(fields), new String(bytes, StandardCharsets.UTF_8)))) {
            throw new AssertionError("answered twice");
        }
    }

    @Override
    public void onGone(Runnable task) {
        gone.add(task);
    }

    /** The client goes away. */
    public void leave() {
        gone.forEach(Runnable::run);
    }

    /** The answer, when it comes. */
    public CompletableFuture<Reply> reply() {
        return reply;
    }

    /** Whether there is no answer yet. */
    public boolean waits() {
        return !reply.isDone();
    }

    /** The status and the body of the answer. */
    public String answered() {
        return waits()
                ? "nothing yet"
                : reply.join().status() + " " + reply.join().body();
    }

    /** The body of an answer that has to be a success. */
    public String text() {
        if (waits() || reply.join().status() != 200) {
            throw new AssertionError(answered());
        }
        return reply.join().body();
    }

    /** A header of the answer; empty if there is none. */
    public String answerHeader(String name) {
        return waits() ? "" : reply.join().headers().getOrDefault(name, "");
    }

    /** What a text of JSON says. */
    public static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }
}
