package dev.mirror.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logging in and everything around it, over HTTP; the defects of the 2018 program have their numbers. */
final class AuthTest {
    private static TestServer server;

    @BeforeAll
    static void start(@TempDir Path data) {
        server = TestServer.start(data);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static boolean setsToken(HttpResponse<String> response) {
        return response.headers().firstValue("Set-Cookie").orElse("").contains("AccessToken=ey");
    }

    private static String location(HttpResponse<String> response) {
        return response.headers().firstValue("Location").orElse("");
    }

    private static String code(HttpResponse<String> response) {
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        return TestServer.json(response).get("code").textValue();
    }

    @Test
    void o1_wrongPasswordGetsNoTokenInAnyForm() {
        server.signUp("o1-user");

        var json = server.post("/auth/login", Map.of("username", "o1-user", "password", "wrong horse 7"));
        assertThat(json.statusCode()).isEqualTo(401);
        assertThat(code(json)).isEqualTo("auth.required");
        assertThat(setsToken(json)).isFalse();
        assertThat(json.body()).doesNotContain("token");

        var form = server.form("/auth/login", "username=o1-user&password=wrong+horse+7");
        assertThat(form.statusCode()).isEqualTo(303);
        assertThat(location(form)).isEqualTo("/?error=bad-login");
        assertThat(setsToken(form)).isFalse();

        var nobody = server.post("/auth/login", Map.of("username", "o1-nobody", "password", "wrong horse 7"));
        assertThat(nobody.body()).isEqualTo(json.body());
    }

    @Test
    void o4_emptyNamesAndPasswordsMakeNoAccount() {
        assertThat(code(server.post("/auth/create", Map.of("username", "", "password", TestServer.PASSWORD))))
                .isEqualTo("bad.name");
        assertThat(code(server.post("/auth/create", Map.of("username", "o4-user", "password", ""))))
                .isEqualTo("bad.password");
        assertThat(code(server.post("/auth/create", Map.of()))).isEqualTo("bad.name");
        assertThat(location(server.form("/auth/create", ""))).isEqualTo("/?error=bad-name");
    }

    @Test
    void o5_signingUpWithATakenNameIsNoLogIn() {
        server.signUp("o5-user");

        var again = server.post("/auth/create", Map.of("username", "O5-USER", "password", TestServer.PASSWORD));
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(code(again)).isEqualTo("name.taken");
        assertThat(setsToken(again)).isFalse();
        assertThat(location(server.form("/auth/create", "username=o5-user&password=correct+horse+7")))
                .isEqualTo("/?error=name-taken");
    }

    @Test
    void o6_o7_aStormOfMeAnswersEverybodyAboutThemselves() throws Exception {
        List<TestServer.User> users = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            users.add(server.signUp("storm-" + i));
        }
        ExecutorService threads = Executors.newFixedThreadPool(24);
        try {
            List<Callable<Boolean>> storm = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                TestServer.User user = users.get(i % users.size());
                storm.add(() -> TestServer.json(server.get("/me", "Cookie", user.cookie()))
                        .get("UserId")
                        .textValue()
                        .equals(user.id()));
            }
            for (Future<Boolean> answer : threads.invokeAll(storm)) {
                assertThat(answer.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void o8_idsStayTheSameFromLogInToLogIn() {
        TestServer.User first = server.signUp("o8-user");
        TestServer.User second = server.logIn("o8-user");

        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.channel()).isEqualTo(first.channel());
        assertThat(second.token()).isNotEqualTo(first.token());
    }

    @Test
    void o10_aMalformedCookieIsRefusedAndCleared() {
        for (String bad : List.of("x", "a.b.c", "ey..", "%00", "eyJhbGciOiJub25lIn0.e30.")) {
            var response = server.get("/me", "Cookie", "AccessToken=" + bad);
            assertThat(response.statusCode()).as(bad).isEqualTo(401);
            assertThat(code(response)).isEqualTo("auth.required");
            assertThat(response.headers().firstValue("Set-Cookie").orElse("")).contains("AccessToken=;", "Max-Age=0");
        }
    }

    @Test
    void o11_otherPeoplesSignaturesLookLikeAnyBadToken() {
        TestServer.User user = server.signUp("o11-user");
        String forged = user.token().substring(0, user.token().lastIndexOf('.') + 1) + "AAAA";

        var malformed = server.get("/me", "Authorization", "Bearer nothing");
        var unsigned = server.get("/me", "Authorization", "Bearer " + forged);
        assertThat(unsigned.statusCode()).isEqualTo(401);
        assertThat(unsigned.body()).isEqualTo(malformed.body());
    }

    @Test
    void o15_theCookieIsOutOfReachOfScriptsAndEndsAtLogOut() {
        server.signUp("o15-user");
        var login = server.form("/auth/login", "username=o15-user&password=correct+horse+7");
        String cookie = login.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie)
                .contains("; HttpOnly", "; SameSite=Lax", "; Path=/", "; Max-Age=")
                .doesNotContain("Secure");
        String token = cookie.substring(0, cookie.indexOf(';'));

        assertThat(server.get("/chat", "Cookie", token).statusCode()).isNotEqualTo(303);
        var out = server.form("/auth/logout", "", "Cookie", token);
        assertThat(location(out)).isEqualTo("/");
        assertThat(out.headers().firstValue("Set-Cookie").orElse("")).contains("Max-Age=0");
        assertThat(code(server.get("/me", "Cookie", token))).isEqualTo("auth.revoked");
        assertThat(server.get("/chat", "Cookie", token).statusCode()).isEqualTo(303);
    }

    @Test
    void o15_behindTlsTheCookieIsSecureAndHstsIsSent(@TempDir Path data) {
        try (TestServer secure =
                TestServer.start(data, "--behind-tls-proxy", "--allowed-origins=https://chat.example.org")) {
            var response = secure.post("/auth/create", Map.of("username", "tls-user", "password", TestServer.PASSWORD));
            assertThat(response.headers().firstValue("Set-Cookie").orElse("")).contains("; Secure");
            assertThat(response.headers().firstValue("Strict-Transport-Security"))
                    .isPresent();
        }
    }

    @Test
    void o16_credentialsInTheAddressAreRefused() {
        server.signUp("o16-user");

        for (String query :
                List.of("username=o16-user&password=correct+horse+7", "Pass=x", "token=x", "access_token=x")) {
            assertThat(code(server.form("/auth/login?" + query, "username=o16-user&password=correct+horse+7")))
                    .isEqualTo("secret.in.url");
            assertThat(server.get("/me?" + query).statusCode()).isEqualTo(400);
        }
    }

    @Test
    void o17_formsFromOtherSitesAreRefused() {
        String body = "username=o17-user&password=correct+horse+7";
        for (String[] headers : List.of(
                new String[] {"Origin", "https://evil.example"},
                new String[] {"Origin", "null"},
                new String[] {"Origin", "null", "Sec-Fetch-Site", "cross-site"},
                new String[] {"Sec-Fetch-Site", "same-site"},
                new String[] {"Cookie", "AccessToken=x"})) {
            for (String path :
                    List.of("/auth/login", "/auth/create", "/auth/logout", "/auth/token", "/auth/password")) {
                var request = server.request(path, headers)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(java.net.http.HttpRequest.BodyPublishers.ofString(body))
                        .build();
                assertThat(code(server.send(request))).isEqualTo("origin.not.allowed");
            }
        }
    }

    @Test
    void o17_ownFormsPassAlsoUnderNoReferrer() {
        // What Chromium sends for a form on a page with "Referrer-Policy: no-referrer".
        var request = server.request("/auth/login", "Origin", "null", "Sec-Fetch-Site", "same-origin")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("username=o17-nobody&password=xxxxxxxx"))
                .build();
        assertThat(location(server.send(request))).isEqualTo("/?error=bad-login");
    }

    @Test
    void o18_redirectsAreNotRememberedByAnyCache() {
        for (var response : List.of(
                server.get("/chat"),
                server.form("/auth/login", "username=o18&password=o18o18o18"),
                server.form("/auth/logout", ""))) {
            assertThat(response.statusCode()).isEqualTo(303);
            assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
        }
    }

    @Test
    void o19_failuresOfOneNameAreSlowedDown() {
        server.signUp("o19-user");
        HttpResponse<String> last = null;
        for (int i = 0; i < 12; i++) {
            last = server.post("/auth/login", Map.of("username", "o19-user", "password", "wrong horse " + i));
        }
        assertThat(last.statusCode()).isEqualTo(429);
        assertThat(code(last)).isEqualTo("too.many");
        assertThat(Long.parseLong(last.headers().firstValue("Retry-After").orElseThrow()))
                .isPositive();
        assertThat(location(server.form("/auth/login", "username=o19-user&password=correct+horse+7")))
                .isEqualTo("/?error=too-many");
    }

    @Test
    void o19_requestsOfOneAddressAreLimited(@TempDir Path data) {
        try (TestServer limited = TestServer.start(data, "--auth-per-minute=3")) {
            HttpResponse<String> last = null;
            for (int i = 0; i < 4; i++) {
                last = limited.post("/auth/login", Map.of("username", "somebody" + i, "password", "whatever 7"));
            }
            assertThat(last.statusCode()).isEqualTo(429);
            assertThat(last.headers().firstValue("Retry-After")).isPresent();
            assertThat(limited.get("/me").statusCode()).isEqualTo(401);
        }
    }

    @Test
    void o19_behindAProxyTheAddressIsTheOneThatTheProxySaw(@TempDir Path data) {
        try (TestServer proxied = TestServer.start(
                data, "--auth-per-minute=1", "--behind-tls-proxy", "--allowed-origins=https://chat.example.org")) {
            Map<String, String> body = Map.of("username", "x", "password", "y");
            assertThat(proxied.post("/auth/login", body, "X-Forwarded-For", "192.0.2.1")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(proxied.post("/auth/login", body, "X-Forwarded-For", "192.0.2.2")
                            .statusCode())
                    .isEqualTo(401);
            // Whatever the client put in front of what the proxy added is not believed.
            assertThat(proxied.post("/auth/login", body, "X-Forwarded-For", "192.0.2.9, 192.0.2.1")
                            .statusCode())
                    .isEqualTo(429);
        }
        // Without a proxy, nobody is believed.
        try (TestServer plain = TestServer.start(data, "--auth-per-minute=1")) {
            Map<String, String> body = Map.of("username", "x", "password", "y");
            assertThat(plain.post("/auth/login", body, "X-Forwarded-For", "192.0.2.1")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(plain.post("/auth/login", body, "X-Forwarded-For", "192.0.2.2")
                            .statusCode())
                    .isEqualTo(429);
        }
    }

    @Test
    void o20_namesAreCheckedAndBodiesAreSmall() {
        for (String name : List.of("<script>", "a\nb c", "ab", "x".repeat(33), "a\u202eb-user")) {
            assertThat(code(server.post("/auth/create", Map.of("username", name, "password", TestServer.PASSWORD))))
                    .isEqualTo("bad.name");
        }
        var large = server.post("/auth/create", Map.of("username", "x".repeat(9_000), "password", "y"));
        assertThat(large.statusCode()).isEqualTo(413);
    }

    @Test
    void o23_meHasTheWordsOf2018AndErrorsHaveBodies() {
        TestServer.User user = server.signUp("o23-user");

        JsonNode me = TestServer.json(server.get("/me", "Authorization", "Bearer " + user.token()));
        assertThat(me.fieldNames()).toIterable().containsExactly("UserId", "Username", "ChannelId", "exp");
        assertThat(me.get("Username").textValue()).isEqualTo("o23-user");
        assertThat(me.get("exp").isIntegralNumber()).isTrue();
        assertThat(server.get("/me").statusCode()).isEqualTo(401);
        assertThat(code(server.get("/me"))).isEqualTo("auth.required");
    }

    @Test
    void formFieldsOf2018AreUnderstood() {
        var created = server.form("/auth/create", "user=old-user&pass=correct+horse+7");
        assertThat(location(created)).isEqualTo("/chat");
        assertThat(setsToken(created)).isTrue();
        assertThat(location(server.form("/auth/login", "user=old-user&pass=correct+horse+7")))
                .isEqualTo("/chat");
    }

    @Test
    void aTokenIsRenewedByCookieAndByBearer() {
        TestServer.User user = server.signUp("renewing");

        var byCookie = server.form("/auth/token", "", "Cookie", user.cookie(), "Accept", "application/json");
        assertThat(byCookie.statusCode()).isEqualTo(200);
        assertThat(setsToken(byCookie)).isTrue();
        var byBearer = server.post("/auth/token", Map.of(), "Authorization", "Bearer " + user.token());
        assertThat(TestServer.json(byBearer).get("UserId").textValue()).isEqualTo(user.id());
        assertThat(setsToken(byBearer)).isFalse();
        assertThat(server.post("/auth/token", Map.of()).statusCode()).isEqualTo(401);
    }

    @Test
    void aPasswordIsChangedByWhoKnowsTheOldOne() {
        TestServer.User here = server.signUp("changing");
        TestServer.User there = server.logIn("changing");
        String bearer = "Bearer " + here.token();

        var wrong = server.post(
                "/auth/password",
                Map.of("password", "not this one", "newPassword", "another horse 8"),
                "Authorization",
                bearer);
        assertThat(wrong.statusCode()).isEqualTo(401);
        var weak = server.post(
                "/auth/password",
                Map.of("password", TestServer.PASSWORD, "newPassword", "short"),
                "Authorization",
                bearer);
        assertThat(code(weak)).isEqualTo("bad.password");
        var right = server.post(
                "/auth/password",
                Map.of("password", TestServer.PASSWORD, "newPassword", "another horse 8"),
                "Authorization",
                bearer);
        assertThat(right.statusCode()).isEqualTo(204);
        assertThat(server.get("/me", "Authorization", bearer).statusCode()).isEqualTo(200);
        assertThat(code(server.get("/me", "Cookie", there.cookie()))).isEqualTo("auth.revoked");
    }

    @Test
    void usersAreFoundByNameByWhoIsSignedIn() {
        TestServer.User user = server.signUp("Findable");

        JsonNode found = TestServer.json(server.get("/users?name=findable", "Cookie", user.cookie()));
        assertThat(found.get("UserId").textValue()).isEqualTo(user.id());
        assertThat(found.get("Username").textValue()).isEqualTo("Findable");
        assertThat(found.get("ChannelId").textValue()).isEqualTo(user.channel());
        assertThat(server.get("/users?name=nobody-there", "Cookie", user.cookie())
                        .statusCode())
                .isEqualTo(404);
        assertThat(server.get("/users", "Cookie", user.cookie()).statusCode()).isEqualTo(400);
        assertThat(server.get("/users?name=findable").statusCode()).isEqualTo(401);
    }
}
