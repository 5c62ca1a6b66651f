package dev.mirror.gateway.access;

import dev.mirror.gateway.route.Permission;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A token that was opened: it was made here and nothing in it was changed. Whether it has ended or was revoked is for
 * whoever asks. Immutable; safe for any thread.
 */
final class AccessToken {
    private final Grant grant;
    private final Instant expiresAt;
    private final String id;
    private final Map<Resource, List<Rule>> rules = new EnumMap<>(Resource.class);

    private record Rule(NamePattern pattern, int bits) {}

    /**
     * A token.
     *
     * @param made when it was granted
     * @param id names this token and no other; says nothing about how to make it
     */
    AccessToken(Grant grant, Instant made, String id) {
        this.grant = grant;
        this.expiresAt = made.plus(Duration.ofMinutes(grant.minutes()));
        this.id = id;
        for (Resource resource : Resource.values()) {
            rules.put(
                    resource,
                    grant.patterns().of(resource).entrySet().stream()
                            .map(entry -> new Rule(NamePattern.of(entry.getKey()), entry.getValue()))
                            .toList());
        }
    }

    /** When it stops counting. */
    Instant expiresAt() {
        return expiresAt;
    }

    /** Names this token and no other; may be kept and shown. */
    String id() {
        return id;
    }

    /** The only user id that may use it; empty for everybody who has it. */
    Optional<String> onlyUser() {
        return grant.onlyUser();
    }

    /** What it says. */
    Grant grant() {
        return grant;
    }

    /** Whether it allows this, by name or by a pattern. */
    boolean allows(Permission permission, Resource resource, String name) {
        return isIn(permission, grant.resources().of(resource).getOrDefault(name, 0))
                || rules.getOrDefault(resource, List.of()).stream()
                        .anyMatch(rule -> isIn(permission, rule.bits) && matches(rule.pattern, resource, name));
    }

    private static boolean isIn(Permission permission, int bits) {
        return (bits & permission.bit()) != 0;
    }

    /** In a pattern some write a group as error bodies show it, with a colon. */
    private static boolean matches(NamePattern pattern, Resource resource, String name) {
        return pattern.matches(name) || (resource == Resource.GROUP && pattern.matches(':' + name));
    }
}
