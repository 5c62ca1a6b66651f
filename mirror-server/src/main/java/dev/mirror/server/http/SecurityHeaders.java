package dev.mirror.server.http;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** The headers that every answer carries, errors and static files included. */
final class SecurityHeaders {
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none';"
                    + " require-trusted-types-for 'script'";

    private final HttpFields fields;

    /**
     * Decides them.
     *
     * @param tls whether browsers reach us over TLS
     * @param insecureHttp whether browsers reach us over plain HTTP from other machines. Such browsers do not send
     *     {@code Sec-Fetch-Site}, and under {@code no-referrer} a form would not even send its origin
     */
    SecurityHeaders(boolean tls, boolean insecureHttp) {
        HttpFields.Mutable all = HttpFields.build()
                .put("Content-Security-Policy", POLICY)
                .put("X-Content-Type-Options", "nosniff")
                .put("Referrer-Policy", insecureHttp ? "same-origin" : "no-referrer")
                .put("Cross-Origin-Opener-Policy", "same-origin")
                .put("Cross-Origin-Resource-Policy", "same-origin")
                .put("X-Frame-Options", "DENY");
        if (tls) {
            all.put(HttpHeader.STRICT_TRANSPORT_SECURITY, "max-age=31536000");
        }
        this.fields = all.asImmutable();
    }

    void addTo(HttpFields.Mutable headers) {
        headers.add(fields);
    }
}
