package dev.mirror.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.gateway.TestCall.Reply;
import dev.mirror.identity.Credentials;
import dev.mirror.testkit.fuzz.FuzzTarget;
import dev.mirror.testkit.time.Await;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A few requests to a gateway, one after the other: whatever they are, each is answered once, in JSON, by no fault of
 * ours; a poll at the latest when it has waited as long as polls do.
 *
 * <p>An input is the requests with a byte 0 between them; each is a line with the method and the target, lines with
 * headers, an empty line, a body. {@code User: ann} stands for her log-in.
 */
class RequestFuzzTest extends FuzzTarget {
    private static final int MOST = 4;
    /** Longer than a poll may wait. */
    private static final Duration POLL = Duration.ofSeconds(330);

    @Override
    protected void take(byte[] input) {
        List<TestCall> calls = new ArrayList<>();
        try (GatewayFixture fixture = new GatewayFixture()) {
            fixture.users().user("ann");
            fixture.users().user("bob");
            int start = 0;
            for (int end = 0; end <= input.length && calls.size() < MOST; end++) {
                if (end == input.length || input[end] == 0) {
                    ask(fixture, Arrays.copyOfRange(input, start, end), calls);
                    start = end + 1;
                }
            }
            if (calls.stream().anyMatch(TestCall::waits)) {
                fixture.time().advance(POLL);
            }
        }
        calls.forEach(RequestFuzzTest::answered);
    }

    private static void ask(GatewayFixture fixture, byte[] bytes, List<TestCall> calls) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int headEnd = text.indexOf("\n\n");
        String[] lines = (headEnd < 0 ? text : text.substring(0, headEnd)).split("\n", -1);
        String[] first = lines[0].split(" ", -1);
        if (first.length != 2 || !canBeSent(first[1]) || !fixture.gateway().serves(first[1])) {
            return;
        }
        TestCall call = new TestCall(first[0], first[1]);
        Arrays.stream(lines).skip(1).forEach(line -> header(fixture, call, line));
        byte[] body = headEnd < 0 ? new byte[0] : Arrays.copyOfRange(bytes, headEnd + 2, bytes.length);
        if (body.length <= fixture.gateway().maxBodyBytes(first[0], first[1])) {
            call.body(body);
        }
        calls.add(fixture.ask(call));
    }

    /** What no HTTP server hands on. */
    private static boolean canBeSent(String target) {
        return target.chars().allMatch(c -> c > ' ' && c != 0x7f);
    }

    private static void header(GatewayFixture fixture, TestCall call, String line) {
        int colon = line.indexOf(": ");
        if (colon > 0 && line.substring(0, colon).equals("User")) {
            String token = fixture.users().token(line.endsWith("bob") ? "bob" : "ann");
            call.by(Await.value(fixture.users().authenticate(new Credentials.Token(token))));
        } else if (colon > 0) {
            call.with(line.substring(0, colon), line.substring(colon + 2));
        }
    }

    private static void answered(TestCall call) {
        String request = call.method() + ' ' + call.target();
        assertThat(call.waits()).as("no answer: %s", request).isFalse();
        Reply reply = call.reply().join();
        assertThat(reply.status()).as(request).isIn(200, 400, 403, 404, 405, 409, 412, 413, 414, 415, 429);
        reply.headers()
                .values()
                .forEach(value -> assertThat(value).as("a header").doesNotContain("\r", "\n"));
        if (!reply.body().isEmpty()) {
            assertThat(reply.json()).as(request).isNotNull();
        }
    }
}
