/** Channels and direct messages without a network: the hub, its ports, and adapters in memory. */
module dev.mirror.core {
    requires com.fasterxml.jackson.core;
    requires static transitive org.jspecify;
    requires static com.google.errorprone.annotations;

    exports dev.mirror.identity;
    exports dev.mirror.channel;
    exports dev.mirror.message;
    exports dev.mirror.spi;
    exports dev.mirror.hub;
    exports dev.mirror.memory;
}
