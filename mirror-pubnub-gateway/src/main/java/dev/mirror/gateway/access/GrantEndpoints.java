package dev.mirror.gateway.access;

import dev.mirror.gateway.route.Request;
import dev.mirror.gateway.route.Routes;
import dev.mirror.gateway.wire.Answer;
import dev.mirror.gateway.wire.ContentCoding;
import dev.mirror.gateway.wire.ErrorStyle;
import dev.mirror.gateway.wire.JsonText;
import dev.mirror.gateway.wire.Refusal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Access Manager: makes tokens and revokes them. Both are for who has the secret key. */
public final class GrantEndpoints {
    private static final int MAX_BODY_BYTES = 64 << 10;
    private static final ErrorStyle STYLE = ErrorStyle.service("Access Manager");

    private final TokenAccess access;

    /** Grants what this access understands. */
    public GrantEndpoints(TokenAccess access) {
        this.access = access;
    }

    /** Adds what there is. */
    public void addTo(Routes routes) {
        routes.add("POST", "/v3/pam/{sub}/grant", STYLE, this::grant);
        routes.add("DELETE", "/v3/pam/{sub}/grant/{token}", STYLE, this::revoke);
    }

    private CompletionStage<Answer> grant(Request request) {
        access.proof().require(request);
        String body = ContentCoding.text(request.call(), MAX_BODY_BYTES);
        try {
            String token = access.grant(request.keyset(), body);
            return CompletableFuture.completedFuture(Answer.ok("{\"data\":{\"message\":\"Success\",\"token\":\"" + token
                    + "\"},\"service\":\"Access Manager\",\"status\":200}"));
        } catch (GrantException e) {
            throw refusal(e, "grant", "body");
        }
    }

    private CompletionStage<Answer> revoke(Request request) {
        access.proof().require(request);
        try {
            return access.revoke(request.keyset(), request.segment("token"))
                    .thenApply(done -> Answer.ok(
                            "{\"data\":{\"message\":\"Success\"},\"service\":\"Access Manager\",\"status\":200}"));
        } catch (GrantException e) {
            throw refusal(e, "revoke", "path");
        }
    }

    private static Refusal refusal(GrantException fault, String source, String locationType) {
        String details = fault.detail().isEmpty()
                ? ""
                : ",\"details\":[{\"message\":" + JsonText.quote(fault.detail()) + ",\"location\":"
                        + JsonText.quote(fault.location()) + ",\"locationType\":\"" + locationType + "\"}]";
        return new Refusal(Answer.of(
                400,
                "{\"error\":{\"message\":" + JsonText.quote(fault.summary()) + ",\"source\":\"" + source + '"' + details
                        + "},\"service\":\"Access Manager\",\"status\":400}"));
    }
}
