package dev.mirror.server.http;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpField;

/**
 * A whole answer, decided before any of it is sent.
 *
 * @param status the HTTP status
 * @param type what the body is; empty if there is none
 * @param body read only; whoever writes it writes a duplicate
 * @param fields further headers
 * @param code the stable name of a refusal; empty if it is none
 */
record Reply(int status, String type, ByteBuffer body, List<HttpField> fields, String code) {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

    Reply {
        body = body.asReadOnlyBuffer();
    }

    static Reply json(int status, Object value) {
        return new Reply(status, "application/json", ByteBuffer.wrap(Json.write(value)), List.of(), "");
    }

    static Reply problem(Problem problem) {
        ByteBuffer body = ByteBuffer.wrap(Json.write(problem.body()));
        return new Reply(problem.status(), "application/problem+json", body, List.of(), problem.code());
    }

    /** Go there, with GET, this once. */
    static Reply seeOther(String path) {
        return empty(303).with("Location", path);
    }

    static Reply empty(int status) {
        return new Reply(status, "", NOTHING, List.of(), "");
    }

    Reply with(String name, String value) {
        List<HttpField> more = new ArrayList<>(fields);
        more.add(new HttpField(name, value));
        return new Reply(status, type, body, List.copyOf(more), code);
    }

    boolean has(String name) {
        return fields.stream().anyMatch(field -> field.is(name));
    }
}
