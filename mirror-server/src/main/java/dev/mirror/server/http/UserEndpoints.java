package dev.mirror.server.http;

import dev.mirror.identity.Credentials;
import dev.mirror.identity.Principal;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.sql.accounts.Account;
import dev.mirror.sql.accounts.Accounts;
import dev.mirror.sql.accounts.LogIn;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The two pages, and what they ask about people. */
final class UserEndpoints {
    private final Accounts accounts;
    private final LoginReplies replies;
    private final StaticFiles files;

    UserEndpoints(Accounts accounts, LoginReplies replies, StaticFiles files) {
        this.accounts = accounts;
        this.replies = replies;
        this.files = files;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/", call -> files.page("landing.html"));
        routes.add("GET", "/chat", this::chat);
        routes.add("GET", "/me", this::me);
        routes.add("GET", "/users", this::users);
    }

    /** For who is signed in. A token that has ended is renewed on the way: the log-in lives longer than it does. */
    private CompletionStage<Reply> chat(Call call) {
        if (!(call.credentials() instanceof Credentials.Token token)) {
            return CompletableFuture.completedFuture(Reply.seeOther("/"));
        }
        return accounts.authenticate(token)
                .thenCompose(who -> files.page("chat.html"))
                .exceptionallyCompose(
                        failure -> code(failure) == ErrorCode.AUTH_EXPIRED ? renewed(token) : goneOrFailed(failure));
    }

    private CompletionStage<Reply> renewed(Credentials.Token token) {
        return accounts.renew(token)
                .thenCompose(login -> login instanceof LogIn.Authenticated authenticated
                        ? files.page("chat.html").thenApply(page -> replies.withCookie(page, authenticated))
                        : CompletableFuture.completedFuture(away("/?error=signed-out")));
    }

    private CompletionStage<Reply> goneOrFailed(Throwable failure) {
        ErrorCode code = code(failure);
        return code.retry() == ErrorCode.Retry.AUTH
                ? CompletableFuture.completedFuture(away("/?error=signed-out"))
                : CompletableFuture.failedFuture(failure);
    }

    private Reply away(String path) {
        return replies.withoutCookie(Reply.seeOther(path));
    }

    private CompletionStage<Reply> me(Call call) {
        return signedIn(call, who -> CompletableFuture.completedFuture(Reply.json(200, LoginReplies.whoami(who))));
    }

    private CompletionStage<Reply> users(Call call) {
        return signedIn(call, who -> {
            String name = call.query("name").orElse("");
            String id = call.query("id").orElse("");
            if (name.isEmpty() && id.isEmpty()) {
                throw new Problem(400, "bad.name", "Say who: /users?name=NAME or /users?id=ID.").refusal();
            }
            return (id.isEmpty() ? accounts.findByName(name) : byId(id))
                    .thenApply(found -> found.map(account -> Reply.json(200, described(account)))
                            .orElseGet(() -> Reply.problem(new Problem(404, "not.found", "There is no such user."))));
        });
    }

    private CompletionStage<Optional<Account>> byId(String id) {
        return UserId.isId(id, 0, id.length())
                ? accounts.find(new UserId(id))
                : CompletableFuture.completedFuture(Optional.empty());
    }

    private static Map<String, Object> described(Account account) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("UserId", account.id().value());
        body.put("Username", account.name());
        body.put("ChannelId", account.channelId());
        return body;
    }

    /** Asks who it is, and clears a cookie that says nothing. */
    private CompletionStage<Reply> signedIn(Call call, Function<Principal, CompletionStage<Reply>> next) {
        return accounts.authenticate(call.credentials())
                .handle((who, failure) -> {
                    if (failure == null) {
                        return next.apply(who);
                    }
                    Problem problem = Problem.of(failure);
                    Reply reply = Reply.problem(problem).with("WWW-Authenticate", "Bearer");
                    // One that has merely ended can still be renewed.
                    boolean useless = problem.status() == 401 && code(failure) != ErrorCode.AUTH_EXPIRED;
                    return CompletableFuture.completedFuture(
                            useless && call.cookie().isPresent() ? replies.withoutCookie(reply) : reply);
                })
                .thenCompose(reply -> reply);
    }

    private static ErrorCode code(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof MirrorException known ? known.code() : ErrorCode.INTERNAL;
    }
}
