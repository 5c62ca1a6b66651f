/**
 * Says what the user wrote: one message of a conversation at a time, in order, with the same id until the server has
 * answered, so that a repetition is one publication (W36).
 */

import { sentenceFor } from './sentences.js';

const ATTEMPTS = 5;
const PAUSE_MS = 1000;

export class Sender {
  #wire;
  #model;
  #clock;
  #changed;
  /** Keys of conversations with a message under way, or a pause after a refusal. */
  #busy = new Set();

  /** `changed(conversation)` is called whenever a message changed its state. */
  constructor({ wire, model, clock, changed }) {
    this.#wire = wire;
    this.#model = model;
    this.#clock = clock;
    this.#changed = changed;
  }

  /** Sends what waits in a conversation, if nothing of it is on its way already. */
  flush(conversation) {
    const next = conversation.outgoing.find((message) => message.state === 'sending');
    if (next === undefined || !this.#wire.online || this.#busy.has(conversation.key)) {
      return;
    }
    this.#busy.add(conversation.key);
    this.#send(conversation, next).then((pauseMs) => {
      this.#clock.setTimeout(() => {
        this.#busy.delete(conversation.key);
        this.flush(conversation);
      }, pauseMs);
    });
  }

  flushAll() {
    this.#model.conversations.forEach((conversation) => this.flush(conversation));
  }

  retry(conversation, id) {
    const message = conversation.outgoingOf(id);
    if (message !== null) {
      message.state = 'sending';
      message.attempts = 0;
      this.#changed(conversation);
      this.flush(conversation);
    }
  }

  /** Promises how long to pause before the next message. */
  async #send(conversation, message) {
    // The first message also tells the other user that there is a conversation (W41).
    const code = message.opening ? 'message.direct' : 'channel.publish';
    const data = message.amend === undefined ? { value: message.text } : { amend: message.amend };
    try {
      const answer = await this.#wire.request({ code, id: message.id, channel: conversation.channel, data });
      this.#model.stored(conversation, message, answer);
      return 0;
    } catch (error) {
      return this.#refused(message, error);
    } finally {
      this.#changed(conversation);
    }
  }

  #refused(message, error) {
    if (error.name === 'offline' || error.retry === 'auth') {
      return 0; // Goes out again with the next connection.
    }
    message.attempts = (message.attempts ?? 0) + 1;
    if (error.retry === 'never' || message.attempts >= ATTEMPTS) {
      message.state = 'failed';
      message.reason = sentenceFor(error);
      return 0;
    }
    return error.retry === 'now' ? 0 : Math.max(error.afterMs, PAUSE_MS);
  }
}
