package dev.mirror.server.pubnub;

import static dev.mirror.server.pubnub.Column.RAW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.server.pubnub.Behaviour.Service;
import dev.mirror.server.pubnub.RawConnection.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.DeflaterOutputStream;

/** What no SDK sends or shows: refusals to the letter, strange requests, slow clients. */
final class RawBehaviours {
    private static final Service ERRORS = new Service("Refusals, to the letter");
    private static final Service HTTP = new Service("HTTP");
    private static final Set<Column> BY_HAND = Set.of(RAW);
    private static final String PUBLISH = "/publish/pub-open/sub-open/0/ch/0";
    private static final String FORBIDDEN = ",\"error\":true,\"service\":\"Access Manager\",\"status\":403}";
    private static final String ACTIONS = "{\"status\":400,\"error\":{\"message\":\"Request payload contained invalid"
            + " input.\",\"source\":\"actions\",\"details\":[{\"message\":\"%s\",\"location\":\"%s\","
            + "\"locationType\":\"%s\"}]}}";

    private RawBehaviours() {}

    static List<Behaviour> all() {
        List<Behaviour> all = new ArrayList<>();
        all.addAll(ofPublish());
        all.addAll(ofAccess());
        all.addAll(ofTheRest());
        all.addAll(http());
        return all;
    }

    /** A request, and all of what is said to it; {@code TT} stands for a timetoken. */
    private static Behaviour golden(String what, String request, String body, String expected) {
        int blank = request.indexOf(' ');
        String shown = request.length() > 60 ? request.substring(0, 60) + "…" : request;
        return ERRORS.works(what, "`" + shown + "`", BY_HAND, stage -> {
            RawConnection raw = stage.raw();
            if (expected.startsWith("413")) {
                // Without the body: whoever writes on while it is refused may find the connection closed.
                raw.send(request + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length() + "\r\n\r\n");
            } else {
                raw.ask(
                        request.substring(0, blank),
                        request.substring(blank + 1),
                        body.getBytes(StandardCharsets.UTF_8));
            }
            Answer answer = raw.answer();
            assertThat(answer.toString().replaceAll("\"\\d{17}\"", "\"TT\"")).isEqualTo(expected);
            assertThat(answer.header("Content-Type")).startsWith("text/javascript");
            assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("*");
        });
    }

    private static List<Behaviour> ofPublish() {
        return List.of(
                golden(
                        "publish with a wrong publish key",
                        "GET /publish/pub-x/sub-open/0/ch/0/1",
                        "",
                        "400 [0,\"Invalid Key\",\"TT\"]"),
                golden(
                        "publish with a wrong subscribe key",
                        "GET /publish/pub-open/sub-x/0/ch/0/1",
                        "",
                        "400 [0,\"Invalid Key\",\"TT\"]"),
                golden("a message that is not JSON", "GET " + PUBLISH + "/{", "", "400 [0,\"Invalid JSON\",\"TT\"]"),
                golden("a body that is not JSON", "POST " + PUBLISH, "{\"a\":", "400 [0,\"Invalid JSON\",\"TT\"]"),
                golden("no body", "POST " + PUBLISH, "", "400 [0,\"Invalid JSON\",\"TT\"]"),
                golden(
                        "meta data that are not JSON",
                        "GET " + PUBLISH + "/1?meta=%7B",
                        "",
                        "400 [0,\"Invalid JSON\",\"TT\"]"),
                golden(
                        "a signal of more than 64 bytes",
                        "GET /signal/pub-open/sub-open/0/ch/0/%22" + "s".repeat(64) + "%22",
                        "",
                        "400 [0,\"Signal size too large\",\"TT\"]"),
                golden(
                        "a message of more than 32 KiB",
                        "POST " + PUBLISH,
                        '"' + "x".repeat(32 << 10) + '"',
                        "413 [0,\"Request Entity Too Large\"]"),
                golden(
                        "a message of more than 2 MiB",
                        "POST /v2" + PUBLISH,
                        '"' + "x".repeat(2 << 20) + '"',
                        "413 [0,\"Request Entity Too Large\"]"),
                golden(
                        "a target that is too long",
                        "GET " + PUBLISH + "/%22" + "x".repeat(41 << 10) + "%22",
                        "",
                        "414 {\"status\":414,\"service\":\"Balancer\",\"error\":true,"
                                + "\"message\":\"Request URI Too Long\"}"));
    }

    private static List<Behaviour> ofAccess() {
        return List.of(
                golden(
                        "a channel without a token",
                        "GET /v2/subscribe/sub-managed/a,b/0",
                        "",
                        "403 {\"message\":\"Forbidden\",\"payload\":{\"channels\":[\"a\",\"b\"]}" + FORBIDDEN),
                golden(
                        "a channel group without a token",
                        "GET /v2/subscribe/sub-managed/,/0?channel-group=grp1",
                        "",
                        "403 {\"message\":\"Forbidden\",\"payload\":{\"channel-groups\":[\":grp1\"]}" + FORBIDDEN),
                golden(
                        "publish without a token",
                        "GET /publish/pub-managed/sub-managed/0/ch/0/1",
                        "",
                        "403 {\"message\":\"Forbidden\",\"payload\":{\"channels\":[\"ch\"]}" + FORBIDDEN),
                golden(
                        "a grant without a signature",
                        "POST /v3/pam/sub-managed/grant",
                        "{}",
                        "403 {\"message\":\"Forbidden\"" + FORBIDDEN),
                golden(
                        "a wrong signature",
                        "GET /publish/pub-managed/sub-managed/0/ch/0/1?timestamp=" + System.currentTimeMillis() / 1000
                                + "&signature=v2.x",
                        "",
                        "403 {\"message\":\"Invalid Signature\"" + FORBIDDEN),
                golden(
                        "a signature of another day",
                        "GET /publish/pub-managed/sub-managed/0/ch/0/1?timestamp=1000000000&signature=v2.x",
                        "",
                        "400 {\"message\":\"Invalid Timestamp\",\"error\":true,\"service\":\"Access Manager\","
                                + "\"status\":400}"),
                golden(
                        "subscribe with a wrong key",
                        "GET /v2/subscribe/sub-x/ch/0",
                        "",
                        "400 {\"message\":\"Invalid Subscribe Key\",\"error\":true,\"service\":\"Access Manager\","
                                + "\"status\":400}"));
    }

    private static List<Behaviour> ofTheRest() {
        return List.of(
                golden(
                        "history with a wrong bound",
                        "GET /v3/history/sub-key/sub-open/channel/ch?start=yesterday",
                        "",
                        "400 {\"status\":400,\"error\":true,\"error_message\":\"Invalid Arguments\",\"channels\":{}}"),
                golden(
                        "history with a wrong key",
                        "GET /v2/history/sub-key/sub-x/channel/ch",
                        "",
                        "400 {\"status\":400,\"error\":true,\"error_message\":\"Invalid Subscribe Key\","
                                + "\"channels\":{}}"),
                golden(
                        "a group with a reserved character",
                        "GET /v1/channel-registration/sub-key/sub-open/channel-group/g%2Ah?add=a",
                        "",
                        "400 {\"message\":\"Reserved character in input parameters.\",\"error\":true,"
                                + "\"service\":\"channel-registry\",\"status\":400}"),
                golden(
                        "an action without a value",
                        "POST /v1/message-actions/sub-open/channel/ch/message/15610547826970050?uuid=u",
                        "{\"type\":\"reaction\"}",
                        "400 " + ACTIONS.formatted("Missing field", "value", "body")),
                golden(
                        "an action on a message that is no timetoken",
                        "POST /v1/message-actions/sub-open/channel/ch/message/x?uuid=u",
                        "{\"type\":\"reaction\",\"value\":\"smile\"}",
                        "400 " + ACTIONS.formatted("Value is invalid", "message_timetoken", "path")),
                golden(
                        "an action that is not JSON",
                        "POST /v1/message-actions/sub-open/channel/ch/message/15610547826970050?uuid=u",
                        "smile",
                        "415 {\"status\":415,\"error\":{\"message\":\"Request payload must be in JSON format.\","
                                + "\"source\":\"actions\"}}"),
                golden(
                        "a path that there is not",
                        "GET /v2/nothing/sub-open",
                        "",
                        "404 {\"message\":\"Not Found\",\"error\":true,\"service\":\"Balancer\",\"status\":404}"),
                golden(
                        "a path that is no UTF-8",
                        "GET " + PUBLISH.replace("ch", "%ff") + "/1",
                        "",
                        "400 {\"message\":\"Bad Request\",\"error\":true,\"service\":\"Balancer\",\"status\":400}"));
    }

    private static List<Behaviour> http() {
        return List.of(
                HTTP.works("targets in absolute form", "`GET http://…/time/0`", BY_HAND, RawBehaviours::absolute),
                HTTP.works("what stands unescaped in paths", "`[ ] ; , : = & +`", BY_HAND, RawBehaviours::unescaped),
                HTTP.works("compressed bodies", "`Content-Encoding: deflate`", BY_HAND, RawBehaviours::compressed),
                HTTP.works(
                        "codings that there are not are refused",
                        "`Content-Encoding: br`, 415",
                        BY_HAND,
                        RawBehaviours::unknownCoding),
                HTTP.works("bodies in chunks, with their limit", "413", BY_HAND, RawBehaviours::chunked),
                HTTP.works("methods that there are not", "405 with `Allow`", BY_HAND, RawBehaviours::methods),
                HTTP.works("pages of other sites may ask", "`OPTIONS`", BY_HAND, RawBehaviours::preflight),
                HTTP.differs(
                        "cookies of other sites",
                        "`Access-Control-Allow-Credentials`",
                        "never said: no page may speak here with somebody else's log-in",
                        BY_HAND,
                        RawBehaviours::credentials),
                HTTP.works(
                        "one after the other on one connection",
                        "keep-alive, pipelined",
                        BY_HAND,
                        RawBehaviours::pipelined),
                HTTP.works(
                        "who sends slowly, or never reads, holds up nobody",
                        "a half request, unread answers",
                        BY_HAND,
                        RawBehaviours::slow),
                HTTP.works("a body that does not come is given up", "408 after 10 s", BY_HAND, RawBehaviours::noBody));
    }

    private static void absolute(Stage stage) {
        assertThat(stage.raw().get("http://ps.example:18090/time/0").toString()).matches("200 \\[\\d{17}]");
    }

    private static void unescaped(Stage stage) {
        RawConnection raw = stage.raw();
        String channel = stage.name("a%20b".replace("%20", "+"));
        assertThat(raw.get("/publish/pub-open/sub-open/0/" + channel + "/0/[1,%22;,:=&+!'()*@$~%22]")
                        .status())
                .isEqualTo(200);
        assertThat(raw.get("/v2/history/sub-key/sub-open/channel/" + channel).body())
                .startsWith("[[[1,\";,:=&+!'()*@$~\"]],");
    }

    private static byte[] deflated(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void compressed(Stage stage) {
        RawConnection raw = stage.raw();
        raw.ask("POST", PUBLISH, deflated("{\"a\":1}"), "Content-Encoding: deflate");
        assertThat(raw.answer().body()).startsWith("[1,\"Sent\",");
        raw.ask("POST", PUBLISH, deflated('"' + "x".repeat(5 << 20) + '"'), "Content-Encoding: deflate");
        assertThat(raw.answer()).hasToString("413 [0,\"Request Entity Too Large\"]");
        raw.ask("POST", PUBLISH, new byte[] {0x78, (byte) 0x9c, 1, 2, 3}, "Content-Encoding: deflate");
        assertThat(raw.answer().body()).startsWith("[0,\"Invalid JSON\",");
    }

    private static void unknownCoding(Stage stage) {
        assertThat(stage.raw().ask("POST", PUBLISH, "1", "Content-Encoding: br").body())
                .startsWith("[0,\"Unsupported Media Type\",");
    }

    private static void chunked(Stage stage) {
        RawConnection raw = stage.raw();
        String head = "POST " + PUBLISH + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
        raw.send(head + "3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n");
        assertThat(raw.answer().body()).startsWith("[1,\"Sent\",");
        raw.send(head + "9000\r\n\"" + "x".repeat(32 << 10)); // one too many, and no more
        assertThat(raw.answer()).hasToString("413 [0,\"Request Entity Too Large\"]");
    }

    private static void methods(Stage stage) {
        for (String method : List.of("PUT", "PATCH", "DELETE", "HEAD")) {
            Answer answer = stage.raw().ask(method, PUBLISH + "/1", "");
            assertThat(answer.status()).as(method).isEqualTo(405);
            assertThat(answer.header("Allow")).as(method).isEqualTo("GET");
        }
        assertThat(stage.raw()
                        .ask("DELETE", "/v3/history/sub-key/sub-open/channel/ch", "")
                        .status())
                .isEqualTo(403);
    }

    private static void preflight(Stage stage) {
        for (String target :
                List.of(PUBLISH, "/v3/history/sub-key/sub-open/channel/ch", "/v2/subscribe/sub-open/ch/0")) {
            Answer answer = stage.raw()
                    .ask("OPTIONS", target, "", "Origin: https://page.example", "Access-Control-Request-Method: POST");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("*");
            assertThat(answer.header("Access-Control-Allow-Methods")).endsWith("OPTIONS");
            assertThat(answer.header("Access-Control-Allow-Headers")).contains("Content-Type");
        }
    }

    private static void credentials(Stage stage) {
        Answer answer = stage.raw().ask("OPTIONS", PUBLISH, "", "Origin: https://page.example");
        assertThat(answer.header("Access-Control-Allow-Credentials")).isEmpty();
    }

    private static void pipelined(Stage stage) {
        RawConnection raw = stage.raw();
        for (int i = 0; i < 5; i++) {
            raw.ask("GET", "/publish/pub-open/sub-open/0/" + stage.name("ch") + "/0/" + i, new byte[0]);
        }
        for (int i = 0; i < 5; i++) {
            assertThat(raw.answer().status()).isEqualTo(200);
        }
        assertThat(raw.get("/v2/history/sub-key/sub-open/channel/" + stage.name("ch"))
                        .body())
                .startsWith("[[0,1,2,3,4],");
    }

    private static void slow(Stage stage) {
        String history = "/v2/history/sub-key/sub-open/channel/" + stage.name("ch");
        String publish = "/v2/publish/pub-open/sub-open/0/" + stage.name("ch") + "/0";
        RawConnection raw = stage.raw();
        raw.ask("POST", publish, '"' + "x".repeat(1 << 20) + '"');
        for (int i = 0; i < 20; i++) {
            stage.raw().send("GET /time/0 HTT"); // and never goes on
            stage.raw().send("POST " + publish + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n\"xx");
            RawConnection deaf = stage.raw();
            for (int each = 0; each < 10; each++) {
                deaf.ask("GET", history, new byte[0]); // and never reads
            }
        }
        for (int i = 0; i < 20; i++) {
            assertThat(raw.get("/time/0").status()).isEqualTo(200);
            assertThat(raw.get("/publish/pub-open/sub-open/0/ch/0/1").status()).isEqualTo(200);
        }
    }

    private static void noBody(Stage stage) {
        RawConnection raw = stage.raw();
        raw.send("POST " + PUBLISH + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n\"xx");
        Answer answer = raw.answer();
        assertThat(answer.toString().replaceAll("\"\\d{17}\"", "\"TT\""))
                .isEqualTo("408 [0,\"Request Timeout\",\"TT\"]");
        assertThat(answer.header("Connection")).isEqualTo("close");
    }
}
