package dev.mirror.sql.accounts;

import dev.mirror.identity.UserId;
import java.time.Instant;

/**
 * The stored record of a user, without what proves who they are.
 *
 * @param id the user; never changes
 * @param channelId the id of the user's own public room; never changes
 * @param name the name that people see, in the spelling of the sign-up
 * @param createdAt when they signed up
 * @param disabled whether nobody can log in to it
 */
public record Account(UserId id, String channelId, String name, Instant createdAt, boolean disabled) {}
