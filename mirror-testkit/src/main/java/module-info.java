/** Contract kits, fakes, virtual time, and a mirror inside a test. */
module dev.mirror.testkit {
    requires transitive dev.mirror.core;
    requires transitive org.assertj.core;
    requires transitive org.junit.jupiter.api;
    requires static transitive org.jspecify;
    requires static transitive com.google.errorprone.annotations;

    exports dev.mirror.testkit;
    exports dev.mirror.testkit.contract;
    exports dev.mirror.testkit.fake;
    exports dev.mirror.testkit.fuzz;
    exports dev.mirror.testkit.net;
    exports dev.mirror.testkit.time;
}
