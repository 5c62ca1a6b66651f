/** Reads the log (W39): the newest page when a conversation is opened, older pages, and what a gap left out. */

import { sentenceFor } from './sentences.js';

/** Pages that are read to close a gap; what is beyond is read when the user goes back that far. */
const CATCH_UP_PAGES = 4;

export class Histories {
  #wire;
  #model;
  #changed;
  #page;
  #discovered = false;
  #countUnread = false;

  constructor({ wire, model, changed, page }) {
    this.#wire = wire;
    this.#model = model;
    this.#changed = changed;
    this.#page = page;
  }

  /** A browser that knows nothing of this user yet counts what was said since the user's own last word as unread. */
  discoverUnread(countUnread) {
    this.#countUnread = countUnread;
  }

  /** Makes sure that an opened conversation shows the newest page. */
  async open(conversation) {
    if (!conversation.loaded && !conversation.loading && this.#wire.online) {
      await this.#load(conversation, {}, (messages, answer) =>
        conversation.latest(messages, { first: answer.data.first ?? 0, end: answer }),
      );
    }
  }

  async older(conversation) {
    const { oldest } = conversation;
    if (conversation.loading || !conversation.hasOlder || oldest === null) {
      return;
    }
    const from = { epoch: oldest.epoch, offset: oldest.offset };
    await this.#load(conversation, from, (messages, answer) =>
      conversation.older(messages, { first: answer.data.first ?? 0 }),
    );
  }

  /** Goes back to the end after old messages have taken the place of new ones. */
  async newest(conversation) {
    if (conversation.detached) {
      conversation.loaded = false;
      await this.open(conversation);
    }
  }

  async #load(conversation, from, take) {
    conversation.loading = true;
    conversation.failure = null;
    this.#changed(conversation);
    try {
      const answer = await this.#read(conversation.channel, from, { backward: true });
      take(this.#model.messages(answer.data.events), answer);
    } catch (error) {
      // Of a user to whom nothing was ever said there is nothing to read.
      conversation.failure = error.name === 'offline' || !conversation.begun ? null : sentenceFor(error);
      conversation.loaded = error.name !== 'offline' && !conversation.begun;
    } finally {
      conversation.loading = false;
      this.#changed(conversation);
    }
  }

  #read(channel, from, data) {
    return this.#wire.request({ code: 'channel.history', channel, ...from, data: { limit: this.#page(), ...data } });
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
    try {
      const answer = await this.#read(`@${this.#model.me.userId}`, {}, { backward: true, limit: 100 });
      this.#model.discover(answer.data.events, this.#countUnread);
      this.#discovered = true;
      this.#countUnread = false;
      this.#changed(null);
    } catch {
      // The next connection tries again.
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
      const answer = await this.#read(conversation.channel, from, { backward: false }).catch(() => null);
      if (answer === null) {
        conversation.loaded = false;
        return;
      }
      const messages = this.#model.messages(answer.data.events);
      if (answer.data.recovered === false) {
        const first = messages[0] ?? { epoch: answer.epoch, offset: answer.offset + 1 };
        conversation.gap({ epoch: first.epoch, offset: first.offset - 1 });
      }
      for (const message of messages) {
        if (conversation.arrive(message) && message.userId !== this.#model.me.userId) {
          conversation.unread += 1;
        }
      }
      this.#changed(conversation);
      if (messages.length < this.#page()) {
        return;
      }
    }
    conversation.loaded = false; // More is missing than was read: begin at the end again.
  }
}
