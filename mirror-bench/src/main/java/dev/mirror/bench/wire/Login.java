package dev.mirror.bench.wire;

/**
 * Who a connection is for.
 *
 * @param user their id
 * @param token what proves it
 * @param subprotocol what it offers; empty for nothing
 */
public record Login(String user, String token, String subprotocol) {
    /** Somebody who speaks version 2. */
    public static Login versionTwo(String user, String token) {
        return new Login(user, token, "mirror.v2");
    }
}
