package dev.mirror.sql.accounts;

import dev.mirror.identity.UserId;
import java.security.SecureRandom;
import java.util.Base64;

/** Makes ids of 128 random bits in 22 characters: two of them and a dot are 45, within what a channel's name may be. */
final class Ids {
    private Ids() {}

    static String next(SecureRandom chance) {
        byte[] bits = new byte[16];
        while (true) {
            chance.nextBytes(bits);
            String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
            // One that begins with a hyphen looks like an option on a command line.
            if (Character.isLetterOrDigit(id.charAt(0)) && UserId.isId(id, 0, id.length())) {
                return id;
            }
        }
    }
}
