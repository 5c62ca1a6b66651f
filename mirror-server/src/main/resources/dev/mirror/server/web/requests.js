import { WireError, newId } from './rules.js';

const ANSWER_WITHIN_MS = 20000;

const OFFLINE = { name: 'offline', retry: 'after', detail: 'You are not connected.' };
const TIMEOUT = { name: 'timeout', retry: 'after', detail: 'The server did not answer.' };

/** The requests of one page that wait for their answers (W22). */
export class Requests {
  #clock;
  #waiting = new Map();

  constructor(clock) {
    this.#clock = clock;
  }

  /**
   * Sends a request through `send`, which is null when there is no connection. Answers are handled at once, not in a
   * later turn: the frame behind one may depend on it.
   */
  ask(send, frame, resolve, reject) {
    if (send === null) {
      reject(new WireError(OFFLINE));
      return;
    }
    const id = frame.id ?? newId();
    const timer = this.#clock.setTimeout(() => {
      this.#waiting.delete(id);
      reject(new WireError(TIMEOUT));
    }, ANSWER_WITHIN_MS);
    this.#waiting.set(id, { resolve, reject, timer });
    send(JSON.stringify({ ...frame, id }));
  }

  answer(frame) {
    const waiting = this.#waiting.get(frame.re);
    if (waiting === undefined) {
      return;
    }
    this.#waiting.delete(frame.re);
    this.#clock.clearTimeout(waiting.timer);
    if (frame.code === 'reply.ok') {
      waiting.resolve(frame);
    } else {
      waiting.reject(new WireError(frame.error));
    }
  }

  /** The connection has ended; whoever still wants an answer asks again on the next one. */
  failAll() {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject, timer } of waiting) {
      this.#clock.clearTimeout(timer);
      reject(new WireError(OFFLINE));
    }
  }
}
