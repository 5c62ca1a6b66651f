/**
 * Marks: asks at each hello how all conversations stand, tells the server how far this user has received and read, and
 * hears how far the others, and this user's other devices, have.
 */

import { NO_MARK, exceeds, merged } from './marks.js';

const EVERY_MS = 1000;
/** Conversations that are told of at once; the others wait for the next time. */
const AT_ONCE = 20;

export class Receipts {
  #wire;
  #model;
  #clock;
  #changed;
  /** Before the server has said on this connection what it knows, nothing is told. */
  #listed = false;
  #timer = null;
  #toldAt = 0;

  constructor({ wire, model, clock, changed }) {
    this.#wire = wire;
    this.#model = model;
    this.#clock = clock;
    this.#changed = changed;
  }

  /** Promises whether the server has told how all conversations stand. */
  async resumed() {
    this.#listed = false;
    try {
      const answer = await this.#wire.request({ code: 'direct.list' });
      this.#model.list(answer.data.conversations);
      this.#listed = true;
    } catch {
      // The next connection asks again.
    }
    this.#changed(null);
    return this.#listed;
  }

  marked(frame) {
    const conversation = this.#model.marked(frame);
    if (conversation !== null) {
      this.#changed(conversation);
    }
  }

  /** Something may have been received, or read. It is told soon, once for all that happens within a second. */
  owe() {
    if (this.#listed && this.#timer === null) {
      const wait = Math.max(0, this.#toldAt + EVERY_MS - this.#clock.now());
      this.#timer = this.#clock.setTimeout(() => {
        this.#timer = null;
        this.#tellAll();
      }, wait);
    }
  }

  #tellAll() {
    const owing = [...this.#model.conversations.values()].filter(
      ({ kind, mine, told }) => kind === 'direct' && mine.received > 0 && exceeds(mine, told),
    );
    if (owing.length === 0 || !this.#wire.online) {
      return;
    }
    this.#toldAt = this.#clock.now();
    owing.slice(0, AT_ONCE).forEach((conversation) => this.#tell(conversation));
    if (owing.length > AT_ONCE) {
      this.owe();
    }
  }

  #tell(conversation) {
    const { channel, mine } = conversation;
    const { epoch, received, read } = mine;
    const before = conversation.told;
    conversation.told = merged(before, mine);
    this.#wire.request({ code: 'direct.mark', channel, epoch, data: { received, read } }).then(
      (answer) => {
        conversation.told = merged(conversation.told, { epoch: answer.epoch ?? epoch, ...answer.data });
      },
      (error) => {
        // What is refused for good is settled by the next list.
        if (error.retry === 'after' && error.name !== 'offline' && conversation.told.epoch === epoch) {
          conversation.told = before.epoch === epoch ? before : NO_MARK;
          this.owe();
        }
      },
    );
  }
}
