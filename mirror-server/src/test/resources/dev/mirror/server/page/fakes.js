/** What the tests of the page's modules hand in instead of a network and a clock. */

import { Wire } from '/wire.js';

export function check(condition, what) {
  if (!condition) {
    throw new Error(what);
  }
}

export function equal(actual, expected, what) {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  check(a === b, `${what}: expected ${b} but was ${a}`);
}

/** Lets everything that is promised already come true. */
export const settled = () => new Promise((resolve) => setTimeout(resolve));

/** Time that passes only when told to. */
export class VirtualClock {
  #now = 1_000_000;
  #tasks = [];

  now() {
    return this.#now;
  }

  setTimeout(task, delay) {
    const entry = { at: this.#now + delay, task };
    this.#tasks.push(entry);
    return entry;
  }

  clearTimeout(entry) {
    this.#tasks = this.#tasks.filter((other) => other !== entry);
  }

  advance(millis) {
    const end = this.#now + millis;
    for (;;) {
      const next = this.#tasks.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) {
        break;
      }
      this.#tasks = this.#tasks.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at);
      next.task();
    }
    this.#now = end;
  }
}

export class FakeSocket {
  sent = [];
  closed = false;

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.closed = true;
  }

  says(frame) {
    this.onmessage({ data: JSON.stringify(frame) });
  }

  ends(code) {
    this.onclose({ code });
  }

  last(code) {
    return this.sent.filter((frame) => frame.code === code).at(-1);
  }

  answers(request, rest = {}) {
    this.says({ code: 'reply.ok', re: request.id, ...rest });
  }
}

/** A wire with everything around it faked; `heard` lists what the listener was told. */
export function faked({ random = () => 1, renew = async () => ({ token: 'new' }) } = {}) {
  const clock = new VirtualClock();
  const sockets = [];
  const heard = [];
  const states = [];
  const note = (what) => (...args) => heard.push([what, ...args]);
  const listener = {
    state: (state) => states.push(state.name),
    hello: note('hello'),
    event: note('event'),
    gap: note('gap'),
    refused: note('refused'),
    resumed: note('resumed'),
    signal: note('signal'),
    marked: note('marked'),
    presence: note('presence'),
    opened: note('opened'),
  };
  const connect = () => {
    sockets.push(new FakeSocket());
    return sockets.at(-1);
  };
  const wire = new Wire({ connect, renew, listener, clock, random });
  return {
    wire,
    clock,
    sockets,
    states,
    get socket() {
      return sockets.at(-1);
    },
    told: (what) => heard.filter(([kind]) => kind === what),
    hello({ offset = 0, epoch = 'e' } = {}) {
      sockets.at(-1).says({
        code: 'registered.success',
        userId: 'me',
        channel: 'mine',
        data: { name: 'Me', limits: {}, idleMs: 25000, exp: 0, inbox: { epoch, offset } },
      });
    },
    /** Answers the newest subscribe: every channel stands at `offset` and has recovered. */
    subscribed({ offset = 0, epoch = 'e', recovered = true } = {}) {
      const request = sockets.at(-1).last('channel.subscribe');
      const channels = request.data.channels.map(({ channel }) => ({ channel, epoch, offset, recovered }));
      sockets.at(-1).answers(request, { data: { channels } });
    },
    event(channel, offset, epoch = 'e') {
      sockets.at(-1).says({ code: 'channel.event', channel, epoch, offset, userId: 'u', id: `i${offset}`, ts: 1, data: {} });
    },
  };
}
