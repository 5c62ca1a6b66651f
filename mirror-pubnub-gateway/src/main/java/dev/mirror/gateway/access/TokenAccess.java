package dev.mirror.gateway.access;

import dev.mirror.gateway.keyset.ChannelNames;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.route.Access;
import dev.mirror.gateway.route.Permission;
import dev.mirror.gateway.route.Request;
import dev.mirror.gateway.state.StateStore;
import dev.mirror.gateway.wire.Answer;
import dev.mirror.gateway.wire.JsonText;
import dev.mirror.gateway.wire.Refusal;
import dev.mirror.identity.Principal;
import dev.mirror.identity.UserId;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * {@link Access} by tokens: in an open keyset everybody may do everything; in a managed one whoever signs with the secret
 * key may, and whoever shows a token may do what it allows. What is about no channel and no group is for the secret key.
 *
 * <p>A token that allows to read {@code X} or the group {@code G} allows to read their presence as well: it is no secret
 * to whoever may ask who is there.
 *
 * <p>Safe for any thread.
 */
public final class TokenAccess implements Access {
    private final InstantSource clock;
    private final People people;
    private final SecretProof proof;
    private final Map<String, Managed> managed; // by subscribe key; never changed

    private record Managed(Tokens tokens, Revocations revocations) {}

    private TokenAccess(InstantSource clock, People people, SecretProof proof, Map<String, Managed> managed) {
        this.clock = clock;
        this.people = people;
        this.proof = proof;
        this.managed = Map.copyOf(managed);
    }

    /** Reads which tokens were revoked, of every keyset that has a secret key. */
    public static CompletionStage<TokenAccess> open(
            List<Keyset> keysets, StateStore store, InstantSource clock, People people) {
        Map<String, CompletableFuture<Managed>> opened = new HashMap<>();
        for (Keyset keyset : keysets) {
            String secret = keyset.secretKey();
            if (secret != null) {
                Tokens tokens = new Tokens(keyset.subscribeKey(), secret);
                opened.put(
                        keyset.subscribeKey(),
                        Revocations.open(store, "revoked:" + keyset.subscribeKey(), clock)
                                .thenApply(revocations -> new Managed(tokens, revocations))
                                .toCompletableFuture());
            }
        }
        return CompletableFuture.allOf(opened.values().toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> new TokenAccess(
                        clock,
                        people,
                        new SecretProof(clock),
                        opened.entrySet().stream()
                                .collect(Collectors.toMap(
                                        Map.Entry::getKey,
                                        entry -> entry.getValue().join()))));
    }

    /** What a secret key proves. */
    public SecretProof proof() {
        return proof;
    }

    /** Makes a token; {@link GrantException} if the body is no grant. */
    String grant(Keyset keyset, String body) {
        return of(keyset).tokens.grant(body, clock.instant());
    }

    /** Ends a token before its time. */
    CompletionStage<Void> revoke(Keyset keyset, String text) {
        Managed keys = of(keyset);
        AccessToken token = keys.tokens
                .open(text)
                .orElseThrow(() -> new GrantException("Invalid token", "Token is invalid.", "token"));
        if (!token.expiresAt().isAfter(clock.instant())) {
            throw new GrantException("Invalid token", "Token is expired.", "token");
        }
        return keys.revocations.add(token);
    }

    private Managed of(Keyset keyset) {
        Managed keys = managed.get(keyset.subscribeKey());
        if (keys == null) {
            throw new GrantException("Feature disabled", "", "");
        }
        return keys;
    }

    @Override
    public CompletionStage<Void> check(Request request, Permission permission, Resources resources) {
        if (request.keyset().access() == Keyset.Access.MANAGED && !proof.isGiven(request)) {
            Optional<AccessToken> token = token(request);
            List<String> channels = refused(
                    resources.channels(),
                    name -> token.isPresent() && allows(token.get(), permission, Resource.CHANNEL, name));
            List<String> groups = refused(
                    resources.groups(),
                    name -> token.isPresent() && allows(token.get(), permission, Resource.GROUP, name));
            boolean nothing =
                    resources.channels().isEmpty() && resources.groups().isEmpty();
            if (nothing || !channels.isEmpty() || !groups.isEmpty()) {
                return CompletableFuture.failedFuture(forbidden(channels, groups));
            }
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> still(Request request, Permission permission, Resources resources) {
        return proof.isShown(request) ? CompletableFuture.completedFuture(null) : check(request, permission, resources);
    }

    /**
     * A request that proves the user whom its token is for, if it shows one and no log-in. With that, the conversations
     * of WebSocket clients are open to their users.
     */
    public Request proved(Request request) {
        Managed keys = managed.get(request.keyset().subscribeKey());
        if (keys == null || request.auth().isEmpty() || request.keyset().names() == Keyset.Names.OWN) {
            return request;
        }
        ProvenCall call = new ProvenCall(request.call(), () -> user(request, keys));
        return new Request(call, request.target(), request.path(), request.query(), request.keyset());
    }

    private CompletionStage<Optional<Principal>> user(Request request, Managed keys) {
        return userId(request, keys)
                .map(user -> people.find(user)
                        // Nobody here has the id: the token proves it, and nothing else is known.
                        .thenApply(found ->
                                found.or(() -> Optional.of(Principal.permanent(user, user.value(), user.value())))))
                .orElse(CompletableFuture.completedFuture(Optional.empty()));
    }

    private Optional<UserId> userId(Request request, Managed keys) {
        return request.auth()
                .flatMap(keys.tokens::open)
                .filter(token -> !keys.revocations.contains(token))
                .filter(token -> token.expiresAt().isAfter(clock.instant()))
                .filter(token -> token.onlyUser().equals(request.uuid()))
                .flatMap(AccessToken::onlyUser)
                .flatMap(UserId::parse);
    }

    /**
     * The token that a request shows and may show.
     *
     * @throws Refusal if it has ended or was revoked
     */
    private Optional<AccessToken> token(Request request) {
        Managed keys = of(request.keyset());
        Optional<AccessToken> token = request.auth().flatMap(keys.tokens::open);
        if (token.isPresent() && keys.revocations.contains(token.get())) {
            throw SecretProof.refusal(403, "Token is revoked.");
        }
        if (token.isPresent() && !token.get().expiresAt().isAfter(clock.instant())) {
            throw SecretProof.refusal(403, "Token is expired.");
        }
        return token.filter(
                found -> found.onlyUser().isEmpty() || found.onlyUser().equals(request.uuid()));
    }

    private static boolean allows(AccessToken token, Permission permission, Resource resource, String name) {
        return token.allows(permission, resource, name)
                || (ChannelNames.isPresence(name)
                        && token.allows(permission, resource, ChannelNames.withoutPresence(name)));
    }

    private static List<String> refused(List<String> names, Predicate<String> allowed) {
        return names.stream().filter(allowed.negate()).toList();
    }

    private static Refusal forbidden(List<String> channels, List<String> groups) {
        List<String> payload = new ArrayList<>();
        if (!channels.isEmpty()) {
            payload.add("\"channels\":" + list(channels, ""));
        }
        if (!groups.isEmpty()) {
            payload.add("\"channel-groups\":" + list(groups, ":"));
        }
        return new Refusal(Answer.of(
                403,
                "{\"message\":\"Forbidden\",\"payload\":{" + String.join(",", payload)
                        + "},\"error\":true,\"service\":\"Access Manager\",\"status\":403}"));
    }

    private static String list(List<String> names, String beginning) {
        return names.stream().map(name -> JsonText.quote(beginning + name)).collect(Collectors.joining(",", "[", "]"));
    }
}
