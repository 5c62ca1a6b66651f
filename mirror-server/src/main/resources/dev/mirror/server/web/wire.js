/**
 * The connection to the server: hello, requests and their answers, subscriptions that resume by position, coming back
 * after an end. Knows no document; the socket, the clock and chance are handed in. Numbers such as W31 are rules of
 * docs/protocol.md.
 */

import { Requests } from './requests.js';
import { WireError, backoff, verdict } from './rules.js';

const HELLO_WITHIN_MS = 10000;
/** W25: how long silence may last after a ping. */
const SILENCE_MS = 10000;
/** A session that lived this long proves that the way is sound; the backoff begins anew. */
const STEADY_MS = 10000;
/** Subscriptions in one frame; keeps the frame far below the limit of W6. */
const RESUME_AT_ONCE = 64;

/** Whether a refused subscription will be refused the next time, too. */
const isFinal = ({ name, retry }) => retry === 'never' || name === 'too.many';

/**
 * One user's connection, renewed as often as needed.
 *
 * `connect()` makes a socket; `renew()` promises `{token, exp}`, or null when nobody is signed in any more. The listener
 * has the methods state, hello, event, gap, refused, resumed, signal, marked, presence and opened.
 *
 * States: `connecting`, `online`, `waiting` (with `until`), `ended` (with `code`), `signed-out`, `stopped`.
 */
export class Wire {
  #connect;
  #renew;
  #listener;
  #clock;
  #random;
  #state = { name: 'new' };
  #socket = null;
  #me = null;
  #idleMs = 25000;
  #attempt = 0;
  #renewed = false;
  #helloAt = 0;
  #heardAt = 0;
  #pinged = false;
  #bye = null;
  #timer = null;
  #requests;
  /** Channel → {position or null, live}. Events for one that is not live belong to an older subscription (W32). */
  #subscriptions = new Map();

  constructor({ connect, renew, listener, clock, random = Math.random }) {
    this.#connect = connect;
    this.#renew = renew;
    this.#listener = listener;
    this.#clock = clock;
    this.#requests = new Requests(clock);
    this.#random = random;
  }

  get state() {
    return this.#state;
  }

  get online() {
    return this.#state.name === 'online';
  }

  /** The last position that is known to be complete, per channel. */
  position(channel) {
    return this.#subscriptions.get(channel)?.position ?? null;
  }

  start() {
    this.#bye = null;
    this.#pinged = false;
    this.#become({ name: 'connecting' });
    const socket = this.#connect();
    this.#socket = socket;
    this.#arm(HELLO_WITHIN_MS, () => this.#drop());
    socket.onmessage = (event) => this.#heard(socket, event.data);
    socket.onclose = (event) => this.#ended(socket, event.code);
  }

  /** Comes back without waiting any longer, if there is something to come back from. */
  reconnectNow() {
    if (this.#state.name === 'waiting' || this.#state.name === 'ended') {
      this.start();
    }
  }

  /** Ends for good: nothing more is heard, and nobody comes back. */
  stop() {
    const socket = this.#socket;
    this.#socket = null;
    this.#helloAt = 0;
    this.#disarm();
    this.#requests.failAll();
    this.#state = { name: 'stopped' };
    socket?.close();
  }

  /** The machine woke up or the network changed: finds out at once whether the connection still lives. */
  check() {
    if (this.#state.name === 'waiting') {
      this.start();
    } else if (this.online && !this.#pinged) {
      this.#ping();
    }
  }

  /** Remembers a channel to be resumed with the next hello. */
  seed(channel, position) {
    this.#subscriptions.set(channel, { position, live: false });
  }

  /** Subscribes from now on; the answer, or the refusal, goes to the listener. */
  follow(channel) {
    this.seed(channel, null);
    if (this.online) {
      this.#subscribe([channel], () => {});
    }
  }

  unfollow(channel) {
    this.#subscriptions.delete(channel);
    this.request({ code: 'channel.unsubscribe', channel }).catch(() => {});
  }

  /** Sends a request and promises its answer. A publish brings its own id, so that it can be repeated. */
  request(frame) {
    return new Promise((resolve, reject) => this.#ask(frame, resolve, reject));
  }

  /** Sends what needs no answer; lost when offline. */
  tell(frame) {
    if (this.online) {
      this.#socket.send(JSON.stringify(frame));
    }
  }

  #ask(frame, resolve, reject) {
    const socket = this.#helloAt > 0 ? this.#socket : null;
    this.#requests.ask(socket === null ? null : (text) => socket.send(text), frame, resolve, reject);
  }

  #heard(socket, text) {
    if (socket !== this.#socket) {
      return;
    }
    this.#heardAt = this.#clock.now();
    this.#pinged = false;
    const frame = JSON.parse(text);
    switch (frame.code) {
      case 'registered.success':
        return this.#hello(frame);
      case 'reply.ok':
      case 'reply.error':
        return this.#requests.answer(frame);
      case 'channel.event':
        return this.#event(frame);
      case 'channel.gap':
        return this.#gap(frame);
      case 'signal.event':
        return this.#listener.signal(frame);
      case 'direct.marked':
        return this.#listener.marked(frame);
      case 'presence.event':
        return this.#listener.presence(frame);
      case 'subscribe.direct':
        return this.#listener.opened(frame.channel);
      case 'auth.expiring':
        return this.#refresh();
      case 'session.bye':
        this.#bye = frame.data ?? null;
        return undefined;
      default:
        return undefined; // A newer server may say more than this page knows.
    }
  }

  #hello(frame) {
    this.#me = frame.userId;
    this.#helloAt = this.#clock.now();
    this.#idleMs = frame.data?.idleMs > 0 ? frame.data.idleMs : this.#idleMs;
    this.#listener.hello(frame);
    const inbox = `@${this.#me}`;
    if (!this.#subscriptions.get(inbox)?.position) {
      this.#subscriptions.set(inbox, { position: { ...frame.data.inbox }, live: true });
    }
    this.#resume(inbox);
  }

  /** W31, W32: moves every subscription to where this page left off. */
  #resume(inbox) {
    const channels = [];
    for (const [channel, subscription] of this.#subscriptions) {
      if (!(channel === inbox && subscription.live)) {
        channels.push(channel);
      }
    }
    let open = Math.ceil(channels.length / RESUME_AT_ONCE);
    const settled = () => {
      open -= 1;
      if (open <= 0) {
        this.#beat();
        this.#become({ name: 'online' });
        this.#listener.resumed();
      }
    };
    if (open === 0) {
      settled();
    }
    for (let from = 0; from < channels.length; from += RESUME_AT_ONCE) {
      this.#subscribe(channels.slice(from, from + RESUME_AT_ONCE), settled);
    }
  }

  #subscribe(channels, settled) {
    const asked = channels.map((channel) => ({ channel, ...this.position(channel) }));
    const taken = (answers) => {
      if (answers.some(({ error }) => error && !isFinal(error))) {
        this.#drop(); // What is not there now may be soon: begin again.
      } else {
        answers.forEach((answer) => this.#subscribed(answer));
        settled();
      }
    };
    // W29: the answer for one channel is the frame itself.
    const answered = (frame) => taken(frame.data?.channels ?? [frame]);
    const failed = (error) =>
      error.name === 'offline' ? undefined : taken(channels.map((channel) => ({ channel, error })));
    this.#ask({ code: 'channel.subscribe', data: { channels: asked } }, answered, failed);
  }

  #subscribed(answer) {
    const subscription = this.#subscriptions.get(answer.channel);
    if (subscription === undefined) {
      return;
    }
    if (answer.error) {
      this.#subscriptions.delete(answer.channel);
      this.#listener.refused(answer.channel, new WireError(answer.error));
      return;
    }
    subscription.live = true;
    subscription.position ??= { epoch: answer.epoch, offset: answer.offset };
  }

  #event(frame) {
    const subscription = this.#subscriptions.get(frame.channel);
    if (!subscription?.live) {
      return;
    }
    const { position } = subscription;
    if (position !== null && position.epoch === frame.epoch && frame.offset <= position.offset) {
      return;
    }
    subscription.position = { epoch: frame.epoch, offset: frame.offset };
    this.#listener.event(frame);
  }

  #gap(frame) {
    const subscription = this.#subscriptions.get(frame.channel);
    if (subscription?.live) {
      subscription.position = { epoch: frame.epoch, offset: frame.offset };
      this.#listener.gap(frame);
    }
  }

  /** W26. If it fails, the end with 4301 follows, and that is handled there. */
  async #refresh() {
    const renewed = await this.#renew().catch(() => null);
    if (renewed !== null) {
      await this.request({ code: 'auth.refresh', data: { token: renewed.token } }).catch(() => {});
    }
  }

  #beat() {
    const silent = this.#clock.now() - this.#heardAt;
    if (silent >= this.#idleMs) {
      this.#ping();
    } else {
      this.#arm(this.#idleMs - silent, () => this.#beat());
    }
  }

  #ping() {
    this.#pinged = true;
    this.#ask({ code: 'session.ping' }, () => {}, () => {});
    this.#arm(SILENCE_MS, () => (this.#pinged ? this.#drop() : this.#beat()));
  }

  /** Gives the connection up without waiting for the other side to agree. */
  #drop() {
    const socket = this.#socket;
    this.#ended(socket, 1006);
    socket?.close();
  }

  #ended(socket, code) {
    if (socket === null || socket !== this.#socket) {
      return;
    }
    this.#socket = null;
    const steady = this.#helloAt > 0 && this.#clock.now() - this.#helloAt >= STEADY_MS;
    if (steady) {
      this.#attempt = 0;
      this.#renewed = false;
    }
    this.#helloAt = 0;
    for (const subscription of this.#subscriptions.values()) {
      subscription.live = false;
    }
    this.#disarm();
    this.#requests.failAll();
    // 1005 and 1006 are what a browser says when it saw no code; the bye knows better.
    this.#decide(code < 1007 && code > 1004 && this.#bye !== null ? this.#bye.code : code, steady);
  }

  #decide(code, steady) {
    switch (verdict(code)) {
      case 'stay':
        return this.#become({ name: 'ended', code });
      case 'now':
        return steady ? this.start() : this.#wait();
      case 'token':
        return code === 4301 && !this.#renewed ? this.#renewThenReturn() : this.#become({ name: 'signed-out', code });
      default:
        return this.#wait();
    }
  }

  async #renewThenReturn() {
    this.#become({ name: 'connecting' });
    this.#renewed = true;
    try {
      const renewed = await this.#renew();
      return renewed === null ? this.#become({ name: 'signed-out', code: 4301 }) : this.start();
    } catch {
      this.#renewed = false;
      return this.#wait();
    }
  }

  #wait() {
    const delay = Math.max(this.#bye?.afterMs ?? 0, backoff(this.#attempt, this.#random));
    this.#attempt += 1;
    this.#become({ name: 'waiting', until: this.#clock.now() + delay });
    this.#arm(delay, () => this.start());
  }

  #become(state) {
    this.#state = state;
    this.#listener.state(state);
  }

  #arm(delay, task) {
    this.#disarm();
    this.#timer = this.#clock.setTimeout(task, delay);
  }

  #disarm() {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
  }
}
