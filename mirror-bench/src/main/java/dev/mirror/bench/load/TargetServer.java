package dev.mirror.bench.load;

import dev.mirror.bench.wire.Login;

/** A server under test, inside its own process. */
interface TargetServer extends AutoCloseable {
    /** The port on loopback that it listens on. */
    int port();

    /** How many WebSocket connections are open. */
    int connections();

    @Override
    void close();

    /** The bearer token that proves a user, for every server. */
    static String tokenOf(String user) {
        return "token-of." + user;
    }

    /** A connection of a user, for every server. */
    static Login login(String user, String subprotocol) {
        return new Login(user, tokenOf(user), subprotocol);
    }

    /** The user whom a token proves; empty if it proves nobody. */
    static String userOf(String token) {
        return token.startsWith("token-of.") ? token.substring("token-of.".length()) : "";
    }
}
