package dev.mirror.pubnub;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;

/**
 * What channels are called at PubNub: as here, both spellings of a conversation by the sorted one. A native name is at
 * most 92 letters, digits, {@code - _}, with one {@code .} or a leading {@code @}, all of which PubNub takes; it ends
 * in no {@code -pnpres}.
 */
final class Names {
    private Names() {}

    /** The name to send; fails with {@code bad.channel} for one that PubNub would refuse. */
    static String of(ChannelName channel) {
        if (channel.kind() == ChannelKind.EXTERNAL) {
            throw new MirrorException(ErrorCode.BAD_CHANNEL, "PubNub has no channel with a colon in its name");
        }
        return channel.canonical();
    }
}
