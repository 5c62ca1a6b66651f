package dev.mirror.websocket;

import dev.mirror.identity.Credentials;
import dev.mirror.message.Protocol;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The rules of the opening handshake: what is let in, and what the others are told. Pure functions. */
final class Handshake {
    private static final String COOKIE = "AccessToken=";
    private static final String KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private Handshake() {}

    /** What becomes of a request. */
    sealed interface Decision permits Accepted, Refused {}

    /**
     * It is let in.
     *
     * @param key the header {@code Sec-WebSocket-Key}
     */
    record Accepted(String key, Protocol protocol, Credentials credentials) implements Decision {
        /** The head that the engine is shown: only what was checked, whatever else the peer sent. */
        ByteBuffer canonicalHead() {
            String offer = protocol == Protocol.V1 ? "" : "Sec-WebSocket-Protocol: " + protocol.subprotocol() + "\r\n";
            return ByteBuffer.wrap(("GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
                            + key + "\r\nSec-WebSocket-Version: 13\r\n" + offer + "\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
        }

        /** The headers of the answer 101. */
        Map<String, String> answer() {
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("Upgrade", "websocket");
            headers.put("Connection", "Upgrade");
            headers.put("Sec-WebSocket-Accept", accept(key));
            if (protocol != Protocol.V1) {
                headers.put("Sec-WebSocket-Protocol", protocol.subprotocol());
            }
            return headers;
        }
    }

    /**
     * It is answered with an HTTP error.
     *
     * @param reason the reason phrase, which is the body as well
     */
    record Refused(int status, String reason) implements Decision {
        Map<String, String> answer() {
            Map<String, String> headers = new LinkedHashMap<>();
            if (status == 426) {
                headers.put("Upgrade", "websocket");
                headers.put("Sec-WebSocket-Version", "13");
            } else if (status == 503) {
                headers.put("Retry-After", "5");
            }
            headers.put("Cache-Control", "no-store");
            return headers;
        }

        /** The whole answer; the connection ends after it. */
        ByteBuffer bytes() {
            StringBuilder text = new StringBuilder("HTTP/1.1 " + status + " " + reason + "\r\n");
            answer().forEach((name, value) ->
                    text.append(name).append(": ").append(value).append("\r\n"));
            text.append(status == 426 ? "Connection: Upgrade, close\r\n" : "Connection: close\r\n");
            text.append("Content-Type: text/plain\r\nContent-Length: ").append(reason.length() + 1);
            text.append("\r\n\r\n").append(reason).append('\n');
            return ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    static final Refused BAD_REQUEST = new Refused(400, "Bad Request");
    static final Refused FORBIDDEN = new Refused(403, "Forbidden");
    static final Refused NOT_FOUND = new Refused(404, "Not Found");
    static final Refused UPGRADE_REQUIRED = new Refused(426, "Upgrade Required");
    static final Refused TOO_LARGE = new Refused(431, "Request Header Fields Too Large");
    static final Refused UNAVAILABLE = new Refused(503, "Service Unavailable");

    /** Decides about a request for an upgrade. */
    static Decision decide(UpgradeRequest request, WebSocketOptions options) {
        if (!request.path().equals(options.path())) {
            return NOT_FOUND;
        }
        if (!request.isForWebSocket()) {
            return UPGRADE_REQUIRED;
        }
        if (!isWellFormed(request)) {
            return BAD_REQUEST;
        }
        if (request.only("sec-websocket-version").filter("13"::equals).isEmpty()) {
            return UPGRADE_REQUIRED;
        }
        Optional<String> key = request.only("sec-websocket-key").filter(Handshake::isKey);
        if (key.isEmpty()) {
            return BAD_REQUEST;
        }
        if (!isOriginAllowed(request, options)) {
            return FORBIDDEN;
        }
        boolean second = request.hasToken("sec-websocket-protocol", Protocol.V2.subprotocol());
        return new Accepted(key.get(), second ? Protocol.V2 : Protocol.V1, credentials(request));
    }

    private static boolean isWellFormed(UpgradeRequest request) {
        return request.method().equals("GET")
                && request.version().equals("HTTP/1.1")
                && request.only("host").filter(host -> !host.isEmpty()).isPresent()
                && request.hasToken("connection", "upgrade")
                && request.all("transfer-encoding").isEmpty()
                && request.all("content-length").stream().allMatch("0"::equals);
    }

    private static boolean isKey(String value) {
        try {
            return value.length() == 24 && Base64.getDecoder().decode(value).length == 16;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * A page of another origin must not speak with the user's cookie. Programs send no origin, and are let in without
     * one as long as they bring no cookie.
     */
    private static boolean isOriginAllowed(UpgradeRequest request, WebSocketOptions options) {
        if (request.all("origin").isEmpty()) {
            return cookie(request).isEmpty();
        }
        Optional<String> origin = request.only("origin");
        return origin.isPresent()
                && (options.allowedOrigins().contains(origin.get())
                        || isSameOrigin(origin.get(), request.only("host").orElse("")));
    }

    private static boolean isSameOrigin(String origin, String host) {
        try {
            URI from = new URI(origin);
            String scheme = from.getScheme();
            String authority = from.getRawAuthority();
            if (scheme == null || authority == null || !origin.equals(scheme + "://" + authority)) {
                return false;
            }
            String port = scheme.equals("https") ? ":443" : scheme.equals("http") ? ":80" : "";
            return !port.isEmpty() && withoutPort(authority, port).equals(withoutPort(host, port));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static String withoutPort(String authority, String port) {
        String name = authority.toLowerCase(Locale.ROOT);
        return name.endsWith(port) ? name.substring(0, name.length() - port.length()) : name;
    }

    private static Credentials credentials(UpgradeRequest request) {
        Optional<String> authorization = request.only("authorization");
        if (authorization.isPresent() && authorization.get().regionMatches(true, 0, "Bearer ", 0, 7)) {
            String token = authorization.get().substring(7).trim();
            return token.isEmpty() ? Credentials.none() : new Credentials.Token(token);
        }
        return cookie(request).<Credentials>map(Credentials.Token::new).orElseGet(Credentials::none);
    }

    private static Optional<String> cookie(UpgradeRequest request) {
        for (String header : request.all("cookie")) {
            for (String pair : header.split(";", -1)) {
                String cookie = pair.trim();
                if (cookie.startsWith(COOKIE) && cookie.length() > COOKIE.length()) {
                    return Optional.of(cookie.substring(COOKIE.length()));
                }
            }
        }
        return Optional.empty();
    }

    /** The proof that the key was read (RFC 6455, 4.2.2). */
    static String accept(String key) {
        try {
            byte[] text = (key + KEY_SUFFIX).getBytes(StandardCharsets.ISO_8859_1);
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
