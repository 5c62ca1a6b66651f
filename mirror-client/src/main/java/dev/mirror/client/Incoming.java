package dev.mirror.client;

import dev.mirror.message.ServerMessage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Sends each message of the server to the part that it is about. On the lane only. Returns whether it was expected. */
final class Incoming implements ServerMessage.Handler<Boolean> {
    private static final Logger LOG = System.getLogger(Incoming.class.getName());

    private final Engine engine;
    private final Engine.Parts parts;

    Incoming(Engine engine, Engine.Parts parts) {
        this.engine = engine;
        this.parts = parts;
    }

    void take(ServerMessage message) {
        if (!message.accept(this)) {
            LOG.log(Level.DEBUG, "Ignored a message: {0}", message.getClass().getSimpleName());
        }
    }

    @Override
    public Boolean hello(ServerMessage.Hello message) {
        return engine.hello(message);
    }

    /** That a conversation was opened says nothing to a bot: what is said in it comes through the inbox. */
    @Override
    public Boolean relay(ServerMessage.Relay message) {
        return true;
    }

    @Override
    public Boolean ok(ServerMessage.Ok message) {
        return parts.requests().ok(message);
    }

    @Override
    public Boolean refused(ServerMessage.Refused message) {
        return parts.requests().refused(message);
    }

    @Override
    public Boolean event(ServerMessage.Event message) {
        return parts.subscriptions().event(message);
    }

    @Override
    public Boolean gap(ServerMessage.Gap message) {
        return parts.subscriptions().gap(message);
    }

    @Override
    public Boolean signal(ServerMessage.Signal message) {
        parts.delivery().signal(message);
        return true;
    }

    @Override
    public Boolean marked(ServerMessage.Marked message) {
        parts.delivery().marked(message);
        return true;
    }

    @Override
    public Boolean presence(ServerMessage.Presence message) {
        return parts.watches().changed(message);
    }

    @Override
    public Boolean expiring(ServerMessage.Expiring message) {
        engine.expiring();
        return true;
    }

    @Override
    public Boolean bye(ServerMessage.Bye message) {
        engine.bye(message);
        return true;
    }

    @Override
    public Boolean unknown(ServerMessage.Unknown message) {
        return false;
    }
}
