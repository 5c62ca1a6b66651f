package dev.mirror.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.UrlEncoded;

/** The fields of a body, from a form or from JSON. Its text form shows none of them. */
final class AuthForm {
    /** What never belongs in an address. */
    static final Set<String> SECRET_NAMES = Set.of(
            "username",
            "user",
            "password",
            "pass",
            "newpassword",
            "oldpassword",
            "token",
            "access_token",
            "accesstoken");

    private static final int MAX_FIELDS = 16;

    private final Map<String, String> fields;

    private AuthForm(Map<String, String> fields) {
        this.fields = fields;
    }

    /** Reads a body; an empty one has no fields. */
    static AuthForm of(Call call) {
        if (!call.body().hasRemaining()) {
            return new AuthForm(Map.of());
        }
        return switch (call.mediaType()) {
            case "application/json" -> json(BufferUtil.toArray(call.body()));
            case "application/x-www-form-urlencoded" -> form(BufferUtil.toArray(call.body()));
            default -> throw Problem.BAD_TYPE.refusal();
        };
    }

    private static AuthForm json(byte[] body) {
        JsonNode object = Json.read(body);
        if (!object.isObject() || object.size() > MAX_FIELDS) {
            throw Problem.BAD_BODY.refusal();
        }
        Map<String, String> fields = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (field.getValue().isTextual()) {
                fields.put(field.getKey(), field.getValue().textValue());
            }
        }
        return new AuthForm(fields);
    }

    private static AuthForm form(byte[] body) {
        Fields decoded = new Fields();
        try {
            UrlEncoded.decodeTo(new String(body, StandardCharsets.UTF_8), decoded::add, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw Problem.BAD_BODY.refusal();
        }
        if (decoded.getSize() > MAX_FIELDS) {
            throw Problem.BAD_BODY.refusal();
        }
        Map<String, String> fields = new LinkedHashMap<>();
        decoded.forEach(field -> fields.put(field.getName(), field.getValue()));
        return new AuthForm(fields);
    }

    boolean isEmpty() {
        return fields.isEmpty();
    }

    String name() {
        return first("username", "user");
    }

    String password() {
        return first("password", "pass");
    }

    /** The password to be, where one is changed. */
    String newPassword() {
        return first("newPassword", "newpassword");
    }

    private String first(String... names) {
        for (String name : List.of(names)) {
            String value = fields.get(name);
            if (value != null) {
                return value;
            }
        }
        return "";
    }

    @Override
    public String toString() {
        return "AuthForm[***]";
    }
}
