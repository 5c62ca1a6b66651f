/** Reads the log (W39): the newest page when a conversation is opened, older pages, and what a gap left out. */

import { sentenceFor } from './sentences.js';

const SHORTEST_PAGE = 4;
/** Pages that are read to close a gap; what is beyond is read when the user goes back that far. */
const CATCH_UP_PAGES = 4;

export class Histories {
  #wire;
  #model;
  #changed;
  #limit;
  #discovered = false;
  #discovering = false;
  #countUnread = false;

  /** `limit`: how many messages make a page. */
  constructor({ wire, model, changed, limit }) {
    this.#wire = wire;
    this.#model = model;
    this.#changed = changed;
    this.#limit = limit;
  }

  /** A browser that knows nothing of this user yet counts what was said since the user's own last word as unread. */
  discoverUnread(countUnread) {
    this.#countUnread = countUnread;
  }

  /** Makes sure that an opened conversation shows the newest page. */
  async open(conversation) {
    if (!conversation.loaded && !conversation.loading && this.#wire.online) {
      const loaded = await this.#load(conversation, {}, (entries, answer) =>
        conversation.latest(entries, { first: answer.data.first ?? 0, end: answer }),
      );
      if (loaded && conversation.items.length === 0) {
        await this.older(conversation);
      }
    }
  }

  /** Reads on until there is something to show: a page may hold nothing but amendments. */
  async older(conversation) {
    const [top] = conversation.items;
    let more = true;
    for (let pages = 0; more && pages < CATCH_UP_PAGES && conversation.items[0] === top; pages += 1) {
      more = await this.#olderPage(conversation);
    }
  }

  /** Promises whether there was a page. */
  async #olderPage(conversation) {
    const { oldest, loading, hasOlder } = conversation;
    return (
      !loading &&
      hasOlder &&
      oldest !== null &&
      (await this.#load(conversation, oldest, (entries, answer) => conversation.older(entries, { first: answer.data.first ?? 0 })))
    );
  }

  /** Goes back to the end after old messages have taken the place of new ones. */
  async newest(conversation) {
    if (conversation.detached) {
      conversation.loaded = false;
      await this.open(conversation);
    }
  }

  /** Promises whether a page could be read. */
  async #load(conversation, from, take) {
    conversation.loading = true;
    conversation.failure = null;
    this.#changed(conversation);
    try {
      const answer = await this.#read(conversation.channel, from, true);
      take(this.#model.entries(answer.data.events), answer);
      return true;
    } catch (error) {
      // Of a user to whom nothing was ever said there is nothing to read.
      conversation.failure = error.name === 'offline' || !conversation.begun ? null : `Messages could not be loaded. ${sentenceFor(error)}`;
      conversation.loaded = error.name !== 'offline' && !conversation.begun;
      return false;
    } finally {
      conversation.loading = false;
      this.#changed(conversation);
    }
  }

  async #read(channel, from, backward) {
    const data = { limit: this.#limit, backward };
    try {
      return await this.#wire.request({ code: 'channel.history', channel, ...from, data });
    } catch (error) {
      // The connection may have ended over a page of very long messages: ask for a shorter one next time.
      this.#limit = error.name === 'offline' ? Math.max(SHORTEST_PAGE, this.#limit >> 1) : this.#limit;
      throw error;
    }
  }

  resumed(open) {
    if (!this.#discovered) {
      this.#discover();
    }
    if (open !== null) {
      this.open(open);
    }
  }

  /** Reads the end of the inbox: the only place that tells a new browser with whom this user talks. */
  async #discover() {
    if (this.#discovering) {
      return;
    }
    this.#discovering = true;
    try {
      const answer = await this.#read(`@${this.#model.me.userId}`, {}, true);
      this.#model.discover(answer.data.events, this.#countUnread);
      this.#discovered = true;
      this.#countUnread = false;
      this.#changed(null);
    } catch {
      // The next connection tries again.
    } finally {
      this.#discovering = false;
    }
  }

  /** The inbox no longer has all that this page missed; the conversations' own logs may. */
  inboxGap() {
    this.#discover();
    for (const conversation of this.#model.conversations.values()) {
      if (conversation.kind === 'direct' && conversation.seen !== null) {
        this.#catchUp(conversation);
      }
    }
  }

  async #catchUp(conversation) {
    for (let pages = 0; pages < CATCH_UP_PAGES; pages += 1) {
      const from = { ...conversation.seen };
      const answer = await this.#read(conversation.channel, from, false).catch(() => null);
      if (answer === null) {
        conversation.loaded = false;
        return;
      }
      const entries = this.#model.entries(answer.data.events);
      if (answer.data.recovered === false) {
        const first = entries[0] ?? { epoch: answer.epoch, offset: answer.offset + 1 };
        conversation.gap({ epoch: first.epoch, offset: first.offset - 1 });
      }
      for (const entry of entries) {
        this.#model.take(conversation, entry);
        conversation.add(entry); // Something newer may have come live meanwhile; this still has its place.
      }
      this.#changed(conversation);
      if (entries.length === 0) {
        return;
      }
    }
    conversation.restart(); // More was missed than was read.
  }
}
