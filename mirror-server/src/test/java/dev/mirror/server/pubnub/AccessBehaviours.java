package dev.mirror.server.pubnub;

import static dev.mirror.server.pubnub.Column.JAVA;
import static dev.mirror.server.pubnub.Column.JS3;
import static dev.mirror.server.pubnub.Column.JS7;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.server.pubnub.Behaviour.Service;
import dev.mirror.server.pubnub.Stage.Client;
import dev.mirror.testkit.time.Await;
import java.util.List;
import java.util.Set;

/** Access Manager: tokens, and what they open; and what there is not. */
final class AccessBehaviours {
    private static final Service ACCESS = new Service("Access Manager");
    private static final Service OTHERS = new Service("Other services");
    private static final Set<Column> ALL = Set.of(JAVA, JS7, JS3);
    private static final Set<Column> NEWER = Set.of(JAVA, JS7);
    private static final String GRANT = "`POST /v3/pam/{sub}/grant`";

    private AccessBehaviours() {}

    static List<Behaviour> all() {
        return List.of(
                ACCESS.works(
                        "without a token a managed keyset is closed", "403 `Forbidden`", ALL, AccessBehaviours::closed),
                ACCESS.works("a token opens channels", GRANT, ALL, AccessBehaviours::token),
                ACCESS.works("patterns", GRANT, NEWER, AccessBehaviours::pattern),
                ACCESS.works("a token for one user", "`authorized_uuid`", NEWER, AccessBehaviours::oneUser),
                ACCESS.works("SDKs can read the token", "CBOR in Base64", NEWER, AccessBehaviours::parse),
                ACCESS.works(
                        "a token is revoked",
                        "`DELETE /v3/pam/{sub}/grant/{token}`, 403 `Token is revoked.`",
                        NEWER,
                        AccessBehaviours::revoke),
                ACCESS.works(
                        "a wrong grant says what is wrong", "400 `Invalid …`", NEWER, AccessBehaviours::wrongGrant),
                ACCESS.works("signatures of whoever has the secret key", "`signature=`", ALL, AccessBehaviours::signed),
                ACCESS.works("a poll that is not allowed ends", "403", NEWER, AccessBehaviours::deniedPoll),
                ACCESS.absent(
                        "grants for auth keys, of Access Manager 2",
                        "`GET /v2/auth/grant/…`, `/v1/auth/grant/…`",
                        "given up by PubNub itself for tokens; clients of 3.16 show a token as their `auth_key`",
                        ALL,
                        AccessBehaviours::authKeys),
                OTHERS.absent("files", "`/v1/files/…`", "not built yet", NEWER, stage -> absent(stage, "files")),
                OTHERS.absent(
                        "App Context (objects)",
                        "`/v2/objects/…`",
                        "not built yet",
                        NEWER,
                        stage -> absent(stage, "metadata")),
                OTHERS.absent(
                        "mobile push",
                        "`/v1/push/…`",
                        "not built yet; it would need the services of the makers of phones",
                        ALL,
                        stage -> absent(stage, "push")));
    }

    private static void closed(Stage stage) {
        Client eve = stage.client("eve", Stage.MANAGED);
        SdkRefusal refusal = eve.refused("publish", "channel", stage.name("ch"), "message", "m");
        assertThat(refusal.status()).isIn(403, 0);
        assertThat(refusal).hasMessageContaining("Forbidden").hasMessageContaining(stage.name("ch"));
    }

    /** The SDK of 2016 cannot grant; a token is one to it all the same. */
    private static String granted(Stage stage, Object... with) {
        return stage.grantor().ask("grant", with).get("token").textValue();
    }

    private static void token(Stage stage) {
        String channel = stage.name("ch");
        Client ann = stage.client("ann", Stage.MANAGED);
        String token = granted(stage, "channels", List.of(channel), "may", List.of("read", "write"));
        ann.ask("token", "token", token);
        ann.subscribe(channel);
        ann.publish(channel, "m");
        ann.hearsExactly("m");
        assertThat(ann.ask("history", "channel", channel).get("messages")).hasSize(1);
        assertThat(ann.refused("publish", "channel", stage.name("other"), "message", "m"))
                .hasMessageContaining("Forbidden");
        Client reader = stage.client("bob", Stage.MANAGED);
        reader.ask("token", "token", granted(stage, "channels", List.of(channel), "may", List.of("read")));
        assertThat(reader.refused("publish", "channel", channel, "message", "m"))
                .hasMessageContaining("Forbidden");
    }

    private static void pattern(Stage stage) {
        Client ann = stage.client("ann", Stage.MANAGED);
        String pattern = "^" + stage.name("room") + "-[0-9]+$";
        ann.ask("token", "token", granted(stage, "patterns", List.of(pattern), "may", List.of("write")));
        ann.publish(stage.name("room") + "-17", "m");
        assertThat(ann.refused("publish", "channel", stage.name("room") + "-x", "message", "m")
                        .status())
                .isEqualTo(403);
    }

    private static void oneUser(Stage stage) {
        String channel = stage.name("ch");
        Client ann = stage.client("ann", Stage.MANAGED);
        String token =
                granted(stage, "channels", List.of(channel), "may", List.of("read", "write"), "user", ann.user());
        ann.ask("token", "token", token);
        ann.publish(channel, "m");
        Client eve = stage.client("eve", Stage.MANAGED);
        eve.ask("token", "token", token);
        assertThat(eve.refused("publish", "channel", channel, "message", "m").status())
                .isEqualTo(403);
    }

    private static void parse(Stage stage) {
        Client admin = stage.client("admin", Stage.MANAGED_SECRET);
        String token = granted(
                stage, "channels", List.of("ch"), "may", List.of("read", "delete"), "minutes", 17, "user", "ann");
        JsonNode parsed = admin.ask("parse", "token", token);
        assertThat(parsed.get("version").intValue()).isEqualTo(2);
        assertThat(parsed.get("minutes").intValue()).isEqualTo(17);
        assertThat(parsed.get("user").textValue()).isEqualTo("ann");
        assertThat(parsed.at("/channels/ch/read").booleanValue()).isTrue();
        assertThat(parsed.at("/channels/ch/write").booleanValue()).isFalse();
        assertThat(parsed.at("/channels/ch/delete").booleanValue()).isTrue();
    }

    private static void revoke(Stage stage) {
        String channel = stage.name("ch");
        Client ann = stage.client("ann", Stage.MANAGED);
        String token = granted(stage, "channels", List.of(channel), "may", List.of("write"));
        ann.ask("token", "token", token);
        ann.publish(channel, "m");
        Client admin = stage.client("admin", Stage.MANAGED_SECRET);
        admin.ask("revoke", "token", token);
        SdkRefusal refusal = ann.refused("publish", "channel", channel, "message", "m");
        assertThat(refusal.status()).isEqualTo(403);
        assertThat(refusal).hasMessageContaining("Token is revoked.");
        assertThat(admin.refused("revoke", "token", "nonsense").status()).isEqualTo(400);
    }

    private static void wrongGrant(Stage stage) {
        Client admin = stage.client("admin", Stage.MANAGED_SECRET);
        assertThat(admin.refused("grant", "channels", List.of("ch"), "may", List.of("read"), "minutes", 50_000))
                .hasMessageContaining("Invalid ttl")
                .hasMessageContaining("Range should be 1 to 43200 minute(s).");
        assertThat(admin.refused("grant", "patterns", List.of("^(a|b)$"), "may", List.of("read")))
                .hasMessageContaining("Only non-capturing groups are allowed.");
        assertThat(admin.refused("grant", "patterns", List.of("a**"), "may", List.of("read")))
                .hasMessageContaining("Syntax error: ");
    }

    private static void signed(Stage stage) {
        Client admin = stage.client("admin é~*'()", Stage.MANAGED_SECRET);
        String channel = stage.name("ch");
        admin.subscribe(channel);
        admin.ask("publish", "channel", channel, "message", "a b~!*'()", "post", true);
        admin.publish(channel, List.of("[c];"));
        admin.hearsExactly("a b~!*'()", List.of("[c];"));
        assertThat(admin.ask("history", "channel", channel).get("messages")).hasSize(2);
        admin.ask("groupAdd", "group", stage.name("g"), "channels", List.of("a", "b"));
    }

    private static void deniedPoll(Stage stage) {
        Client eve = stage.client("eve", Stage.MANAGED);
        eve.ask("subscribe", "channels", List.of(stage.name("ch")), "wait", false);
        Await.until(
                "the denial is told: " + eve.heard("status"),
                () -> eve.heard("status").stream()
                        .anyMatch(status -> status.get("category").textValue().equals("PNAccessDeniedCategory")));
    }

    private static void authKeys(Stage stage) {
        stage.client("admin", Stage.MANAGED_SECRET)
                .refused("grantKeys", "channels", List.of("ch"), "keys", List.of("key"));
        assertThat(stage.raw()
                        .get("/v2/auth/grant/sub-key/sub-managed?channel=ch")
                        .status())
                .isEqualTo(404);
    }

    private static void absent(Stage stage, String call) {
        SdkRefusal refusal = stage.client("ann").refused(call, "channel", "ch");
        assertThat(refusal.status()).isIn(404, 0);
    }
}
