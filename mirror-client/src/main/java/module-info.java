/** The client for bots. */
module dev.mirror.client {
    requires transitive dev.mirror.core;
    requires transitive java.sql;
    requires transitive com.fasterxml.jackson.databind;
    requires org.java_websocket;
    requires static transitive org.jspecify;
    requires static transitive com.google.errorprone.annotations;

    exports dev.mirror.client;
    exports dev.mirror.client.checkpoint;
    exports dev.mirror.client.direct;
    exports dev.mirror.client.jdbc;
}
