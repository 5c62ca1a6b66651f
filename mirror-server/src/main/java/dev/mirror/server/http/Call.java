package dev.mirror.server.http;

import dev.mirror.identity.Credentials;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;

/**
 * One request, as an endpoint sees it.
 *
 * @param request its head
 * @param address whom it comes from, as far as proxies are believed
 * @param body all of it; empty for a method without one
 */
record Call(Request request, String address, ByteBuffer body) {
    static final String COOKIE = "AccessToken";
    private static final String BEARER = "bearer ";

    String path() {
        return String.valueOf(request.getHttpURI().getCanonicalPath());
    }

    Optional<String> header(HttpHeader header) {
        return Optional.ofNullable(request.getHeaders().get(header));
    }

    Optional<String> query(String name) {
        Fields fields = Request.extractQueryParameters(request);
        return Optional.ofNullable(fields.getValue(name));
    }

    /** What the caller shows: a bearer token before a cookie, because only a program sends one. */
    Credentials credentials() {
        Optional<String> token = bearer().or(this::cookie);
        return token.<Credentials>map(Credentials.Token::new).orElseGet(Credentials::none);
    }

    /** The bearer token. Another scheme is none: browsers add passwords for a proxy, say, to whatever a page asks for. */
    Optional<String> bearer() {
        return header(HttpHeader.AUTHORIZATION)
                .filter(value -> value.toLowerCase(Locale.ROOT).startsWith(BEARER))
                .map(value -> value.substring(BEARER.length()).strip());
    }

    Optional<String> cookie() {
        for (HttpCookie cookie : Request.getCookies(request)) {
            if (cookie.getName().equals(COOKIE) && !cookie.getValue().isEmpty()) {
                return Optional.of(cookie.getValue());
            }
        }
        return Optional.empty();
    }

    /** Whether the body is JSON. */
    boolean sendsJson() {
        return mediaType().equals("application/json");
    }

    /** The type of the body, without its parameters; empty if there is none. */
    String mediaType() {
        String type = header(HttpHeader.CONTENT_TYPE).orElse("");
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    /** Whether the caller is a program, which wants JSON and statuses, rather than a form, which wants to be sent on. */
    boolean wantsJson() {
        if (sendsJson()) {
            return true;
        }
        List<HttpField> accepts = request.getHeaders().getFields(HttpHeader.ACCEPT);
        boolean html = accepts.stream().anyMatch(field -> field.getValue().contains("text/html"));
        boolean json = accepts.stream().anyMatch(field -> field.getValue().contains("json"));
        return json && !html;
    }
}
