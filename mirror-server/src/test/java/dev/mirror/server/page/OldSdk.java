package dev.mirror.server.page;

import dev.mirror.server.pubnub.NpmPackage;
import java.nio.file.Path;

/** PubNub's JavaScript SDK 3.16.5 (MIT), built for browsers. */
final class OldSdk {
    private OldSdk() {}

    /** The script; skips the calling test where it cannot be had, or fails it where MIRROR_REQUIRE_NODE is true. */
    static Path require() {
        return NpmPackage.require("pubnub", "3.16.5").resolve(Path.of("modern", "dist", "pubnub.min.js"));
    }
}
