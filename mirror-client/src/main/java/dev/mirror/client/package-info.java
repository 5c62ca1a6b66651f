/**
 * The SDK for bots: connect, listen, answer. {@link dev.mirror.client.MirrorClient} is the entry; it stays connected,
 * continues every subscription where it broke off, and repeats what was not answered. {@link dev.mirror.client.ClientBuilder}
 * takes the handlers; {@link dev.mirror.client.Chat} has the verbs that are about one channel: say, edit, delete, react,
 * mark as read.
 *
 * <p>What a handler of messages gets is always a message. Edits, deletions and reactions are publications too (W49 to W52
 * of the wire), but only {@link dev.mirror.client.ClientBuilder#onAmendment} hears them; a bot that does not care takes no
 * notice. A reader and a page of history yield the log as it is, with {@link dev.mirror.client.ChannelEvent#isAmendment} to
 * tell them apart.
 */
@NullMarked
package dev.mirror.client;

import org.jspecify.annotations.NullMarked;
