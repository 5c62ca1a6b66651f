package dev.mirror.gateway.presence;

import dev.mirror.gateway.wire.Answer;
import dev.mirror.gateway.wire.JsonText;
import dev.mirror.gateway.wire.Refusal;

/** Refuses in the form that only presence has: its {@code error} is a number. */
final class PresenceRefusal {
    private PresenceRefusal() {}

    static Refusal of(int status, String message) {
        return new Refusal(Answer.of(
                status,
                "{\"status\":" + status + ",\"error\":1,\"message\":" + JsonText.quote(message)
                        + ",\"service\":\"Presence\"}"));
    }
}
