package dev.mirror.server.chat;

import dev.mirror.client.ChannelEvent;
import dev.mirror.client.Receipt;
import dev.mirror.client.StateChange;
import dev.mirror.identity.UserId;
import java.util.SortedMap;

/** Where the chat shows what happens. Called by several threads; each implementation locks itself. */
interface Screen {
    /** Somebody said something. */
    void said(ChannelEvent event, boolean before);

    /** What was said here is stored. */
    void stored(Receipt receipt);

    /** Who is in a room. */
    void members(String room, SortedMap<UserId, String> members);

    /** Somebody came or went. */
    void presence(String room, String name, boolean joined);

    /** Publications are missing here. */
    void gap(String channel);

    void state(StateChange change);

    /** Something about the chat itself: where one is, what the commands are. */
    void note(String text);

    /** Something did not work. */
    void error(String code, String detail);

    /** Ready for the next line. */
    void prompt(String where);
}
