/** Reads the log (W39): the newest page when a conversation is opened, older pages, and what a gap left out. */

import { sentenceFor } from './sentences.js';

const SHORTEST_PAGE = 4;
/** What is read of a conversation that is not open, and of how many. */
const SHORT_PAGE = 10;
const GLIMPSES = 20;
/** Pages that are read to close a gap; what is beyond is read when the user goes back that far. */
const CATCH_UP_PAGES = 4;

export class Histories {
  #wire;
  #model;
  #changed;
  #limit;
  #opened;
  #glimpsing = false;

  /** `limit`: how many messages make a page; `opened()`: the conversation that is open, or null. */
  constructor({ wire, model, changed, limit, opened }) {
    this.#wire = wire;
    this.#model = model;
    this.#changed = changed;
    this.#limit = limit;
    this.#opened = opened;
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

  async #read(channel, from, backward, limit = this.#limit) {
    const data = { limit, backward };
    try {
      return await this.#wire.request({ code: 'channel.history', channel, ...from, data });
    } catch (error) {
      // The connection may have ended over a page of very long messages: ask for a shorter one next time.
      this.#limit = error.name === 'offline' ? Math.max(SHORTEST_PAGE, this.#limit >> 1) : this.#limit;
      throw error;
    }
  }

  resumed(open) {
    if (open !== null) {
      this.open(open);
    }
  }

  /** Reads the newest few entries of conversations of which nothing was read yet: for what the list says of them. */
  async glimpse() {
    if (this.#glimpsing) {
      return;
    }
    this.#glimpsing = true;
    const unknown = this.#model.sorted().filter(({ kind, last, loaded, active }) => kind === 'direct' && last === null && !loaded && active > 0);
    for (const conversation of unknown.slice(0, GLIMPSES)) {
      const limit = Math.min(this.#limit, Math.max(SHORT_PAGE, conversation.unread));
      const answer = await this.#read(conversation.channel, {}, true, limit).catch(() => null);
      if (answer !== null) {
        conversation.glimpse(this.#model.entries(answer.data.events), this.#model.me.userId);
        this.#changed(conversation);
      } else if (!this.#wire.online) {
        break;
      }
    }
    this.#glimpsing = false;
  }

  /** The inbox no longer has all that this page missed; the conversations' own logs may. One is read after the other. */
  async inboxGap() {
    const open = this.#opened();
    const all = [...this.#model.conversations.values()]
      .filter(({ kind }) => kind === 'direct')
      .sort((a, b) => (b === open) - (a === open))
      .map((conversation) => ({ conversation, seen: conversation.seen }));
    for (const { conversation, seen } of all) {
      if (seen === null || !(await this.#catchUp(conversation, seen))) {
        conversation.outdated();
      }
      if (conversation === this.#opened()) {
        await this.open(conversation);
      }
    }
  }

  /** Promises whether all that was missed after a position was read. */
  async #catchUp(conversation, seen) {
    let from = { ...seen };
    for (let pages = 0; pages < CATCH_UP_PAGES; pages += 1) {
      const answer = await this.#read(conversation.channel, from, false).catch(() => null);
      if (answer === null) {
        return false;
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
        return true;
      }
      const { epoch, offset } = entries.at(-1); // Not what was seen: something newer may have come meanwhile.
      from = { epoch, offset };
    }
    return false;
  }
}
