package dev.mirror.server.http;

import dev.mirror.identity.Credentials;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.sql.accounts.Accounts;
import dev.mirror.sql.accounts.LogIn;
import dev.mirror.sql.accounts.PasswordChange;
import dev.mirror.sql.accounts.SignUp;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Signing up, logging in and out, renewing a token, changing a password: for forms, which are sent on with 303, and for
 * programs, which get JSON.
 */
final class AuthEndpoints {
    private final Accounts accounts;
    private final LoginReplies replies;
    private final AuthListener listener;

    AuthEndpoints(Accounts accounts, LoginReplies replies, AuthListener listener) {
        this.accounts = accounts;
        this.replies = replies;
        this.listener = listener;
    }

    void addTo(Routes routes) {
        routes.add("POST", "/auth/create", call -> forForms(call, create(call)));
        routes.add("POST", "/auth/login", call -> forForms(call, logIn(call)));
        routes.add("POST", "/auth/logout", call -> forForms(call, logOut(call)));
        routes.add("POST", "/auth/token", this::token);
        routes.add("POST", "/auth/password", call -> forForms(call, changePassword(call)));
    }

    /** Something that was asked for, and when. */
    private record Asked(Call call, String action, long began) {
        static Asked now(Call call, String action) {
            return new Asked(call, action, System.nanoTime());
        }
    }

    private void heard(Asked asked, String outcome) {
        Duration took = Duration.ofNanos(System.nanoTime() - asked.began);
        listener.heard(asked.action, outcome, asked.call.address(), took);
    }

    private CompletionStage<Reply> create(Call call) {
        Asked create = Asked.now(call, "create");
        AuthForm form = AuthForm.of(call);
        Credentials.Password wanted = new Credentials.Password(form.name(), form.password());
        return accounts.signUp(wanted).thenCompose(outcome -> {
            if (outcome instanceof SignUp.Invalid invalid) {
                return refused(create, invalid(invalid.problem()));
            }
            if (outcome instanceof SignUp.NameTaken) {
                return refused(create, new Problem(409, "name.taken", "Somebody has this name. Choose another one."));
            }
            heard(create, "ok");
            return logIn(call, 201, wanted);
        });
    }

    private CompletionStage<Reply> logIn(Call call) {
        AuthForm form = AuthForm.of(call);
        return logIn(call, 200, new Credentials.Password(form.name(), form.password()));
    }

    private CompletionStage<Reply> logIn(Call call, int status, Credentials.Password shown) {
        Asked login = Asked.now(call, "login");
        return accounts.logIn(shown).thenApply(outcome -> answered(login, status, outcome));
    }

    /** With a name and a password, like a log-in without a cookie; with nothing, the next token of a log-in. */
    private CompletionStage<Reply> token(Call call) {
        AuthForm form = AuthForm.of(call);
        if (!form.isEmpty()) {
            return logIn(call, 200, new Credentials.Password(form.name(), form.password()));
        }
        if (!(call.credentials() instanceof Credentials.Token token)) {
            return CompletableFuture.failedFuture(Problem.AUTH_REQUIRED.refusal());
        }
        Asked renewal = Asked.now(call, "renew");
        return accounts.renew(token).thenApply(login -> {
            Reply reply = answered(renewal, 200, login);
            boolean over = login instanceof LogIn.Rejected && call.cookie().isPresent();
            return over ? replies.withoutCookie(reply) : reply;
        });
    }

    /** Ends the log-in that the caller shows, if it shows one; it is then logged out in any case. */
    private CompletionStage<Reply> logOut(Call call) {
        Asked logOut = Asked.now(call, "logout");
        CompletionStage<Boolean> ending = call.credentials() instanceof Credentials.Token token
                ? accounts.logOut(token)
                : CompletableFuture.failedFuture(Problem.AUTH_REQUIRED.refusal());
        return ending.handle((ended, failure) -> {
            if (failure != null && !isAboutWho(failure)) {
                throw new IllegalStateException("a log-in could not be ended", failure);
            }
            heard(logOut, failure == null ? "ok" : "auth.required");
            return replies.withoutCookie(Reply.empty(204));
        });
    }

    private CompletionStage<Reply> changePassword(Call call) {
        Asked change = Asked.now(call, "password");
        AuthForm form = AuthForm.of(call);
        return accounts.authenticate(call.credentials())
                .thenCompose(
                        who -> accounts.changePassword(who.user(), form.password(), form.newPassword(), who.login()))
                .thenApply(outcome -> {
                    if (outcome instanceof PasswordChange.Rejected rejected) {
                        heard(change, rejected.code().wire());
                        return LoginReplies.refused(rejected.code(), rejected.retryAfter());
                    }
                    if (outcome instanceof PasswordChange.Invalid invalid) {
                        heard(change, "bad.password");
                        return Reply.problem(invalid(invalid.problem()));
                    }
                    heard(change, "ok");
                    return Reply.empty(204);
                });
    }

    private Reply answered(Asked asked, int status, LogIn login) {
        Call call = asked.call;
        if (login instanceof LogIn.Authenticated authenticated) {
            heard(asked, "ok");
            // Who asks for a token alone keeps it; a browser's next one goes where it had the last.
            boolean browser =
                    !call.path().equals("/auth/token") || call.cookie().isPresent();
            return replies.token(status, authenticated, browser);
        }
        LogIn.Rejected rejected = (LogIn.Rejected) login;
        heard(asked, rejected.code().wire());
        return LoginReplies.refused(rejected.code(), rejected.retryAfter());
    }

    private CompletionStage<Reply> refused(Asked asked, Problem problem) {
        heard(asked, problem.code());
        return CompletableFuture.completedFuture(Reply.problem(problem));
    }

    private static Problem invalid(SignUp.Problem problem) {
        String code = problem.name().startsWith("NAME") ? "bad.name" : "bad.password";
        return new Problem(400, code, problem.sentence());
    }

    private static boolean isAboutWho(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return cause instanceof MirrorException known && known.code().retry() == ErrorCode.Retry.AUTH;
    }

    /** Turns a reply for a program into one for a form: on to the chat, or back to the landing page with a reason. */
    private static CompletionStage<Reply> forForms(Call call, CompletionStage<Reply> reply) {
        if (call.wantsJson()) {
            return reply;
        }
        boolean out = call.path().equals("/auth/logout");
        return reply.exceptionally(failure -> Reply.problem(Problem.of(failure)))
                .thenApply(answer -> {
                    String next = answer.code().isEmpty() ? (out ? "/" : "/chat") : landing(answer.code());
                    return new Reply(303, "", ByteBuffer.allocate(0), answer.fields(), "").with("Location", next);
                });
    }

    /** The landing page has a sentence for each of these words. */
    private static String landing(String code) {
        return "/?error="
                + switch (code) {
                    case "auth.required" -> "bad-login";
                    case "auth.expired", "auth.revoked" -> "signed-out";
                    default -> code.replace('.', '-');
                };
    }
}
