/** One conversation as this page knows it: what was said, what is on its way, what is unread. Knows no document. */

import { pairOf } from './names.js';

/** Most messages that one conversation keeps, and shows, at a time. */
export const WINDOW = 500;
/** Most messages of one conversation that may wait to be sent. */
export const OUTGOING = 50;

/** What a publication says, for a person. `raw` marks data that is not a chat message. */
export function textOf(data) {
  if (typeof data === 'string') {
    return { text: data, raw: false };
  }
  if (data !== null && typeof data === 'object' && typeof data.value === 'string') {
    return { text: data.value, raw: false };
  }
  return { text: JSON.stringify(data ?? null, null, 1), raw: true };
}

/** A `channel.event`, or what an inbox entry announces, as a message. */
export function messageOf({ epoch, offset, userId, id = '', ts = 0, data }) {
  return { kind: 'message', key: `${epoch}:${offset}`, epoch, offset, order: offset, userId, id, ts, ...textOf(data) };
}

export class Conversation {
  /** The messages and gaps that are shown, in order; at most WINDOW. */
  items = [];
  /** What this page says and the server has not stored yet: {id, text, ts, opening, state, reason}. */
  outgoing = [];
  unread = 0;
  /** The key of the first message that was unread when the conversation was opened. */
  unreadFrom = null;
  /** The newest position that arrived live; what is not beyond it has been counted. */
  seen = null;
  /** Whether `items` reaches to the end of the log, but for what is on its way. */
  loaded = false;
  loading = false;
  failure = null;
  hasOlder = false;
  /** Whether the log began before the oldest message that is kept. */
  forgotten = false;
  /** Whether newer messages were let go to make room for older ones. */
  detached = false;
  /** User id → until when they count as typing. */
  typing = new Map();
  /** User id → name of who is here; null while not known. */
  members = null;
  last = null;

  constructor(kind, channel, peer = null) {
    this.kind = kind;
    this.channel = channel;
    this.peer = peer;
    this.key = kind === 'room' ? `c:${channel}` : `u:${peer}`;
  }

  static room(channel) {
    return new Conversation('room', channel);
  }

  static direct(me, peer) {
    const channel = `${me}.${peer}`;
    if (pairOf(channel) === null || me === peer) {
      throw new RangeError('not a direct channel');
    }
    return new Conversation('direct', channel, peer);
  }

  /** Whether anything was ever said here, as far as this page knows. */
  get begun() {
    return this.last !== null || this.seen !== null;
  }

  /** Takes what arrives live. Returns whether it was news. */
  arrive(message) {
    const { seen } = this;
    if (seen !== null && seen.epoch === message.epoch && message.offset <= seen.offset) {
      return false;
    }
    this.seen = { epoch: message.epoch, offset: message.offset };
    this.typing.delete(message.userId);
    this.add(message);
    return true;
  }

  /** Puts a message, or a gap, in its place, once. */
  add(item) {
    if (item.kind === 'message') {
      this.outgoing = this.outgoing.filter((waiting) => waiting.id !== item.id);
      if (this.last === null || this.last.epoch !== item.epoch || this.last.offset <= item.offset) {
        this.last = item;
      }
    }
    if (this.detached) {
      return;
    }
    this.#insert(item);
    if (this.items.length > WINDOW) {
      this.items.splice(0, this.items.length - WINDOW);
      this.hasOlder = true;
    }
  }

  /** The log no longer has all that came after the last message; it goes on after this position. */
  gap({ epoch, offset }) {
    if (this.items.length === 0) {
      return; // Nothing stands above it that it could be missing after.
    }
    this.add({ kind: 'gap', key: `gap:${epoch}:${offset}`, epoch, offset, order: offset + 0.5 });
  }

  /** The newest page of the log. */
  latest(messages, { first, end }) {
    if (this.detached) {
      this.restart();
    }
    const epoch = messages.at(-1)?.epoch ?? end.epoch;
    if (this.items.length > 0 && this.items.at(-1).epoch !== epoch) {
      this.gap({ epoch, offset: first - 1 });
    }
    messages.forEach((message) => this.add(message));
    this.hasOlder = this.#olderThan(first);
    this.forgotten = !this.hasOlder && first > 1;
    this.loaded = true;
  }

  /** Lets go of what is shown; the next page begins at the end again. */
  restart() {
    this.items = [];
    this.detached = false;
    this.loaded = false;
  }

  /** A page from before the oldest message that is shown. */
  older(messages, { first }) {
    messages.forEach((message) => this.#insert(message));
    if (this.items.length > WINDOW) {
      this.items.splice(WINDOW);
      this.detached = true;
    }
    this.hasOlder = messages.length > 0 && this.#olderThan(first);
    this.forgotten = !this.hasOlder && first > 1;
  }

  /** Where to read on from when older messages are wanted. */
  get oldest() {
    return this.items.find((item) => item.kind === 'message') ?? null;
  }

  #olderThan(first) {
    return this.oldest !== null && this.oldest.offset > first;
  }

  #insert(item) {
    let at = this.items.length;
    while (at > 0 && this.items[at - 1].epoch === item.epoch && this.items[at - 1].order > item.order) {
      at -= 1;
    }
    if (this.items[at - 1]?.key !== item.key) {
      this.items.splice(at, 0, item);
    }
  }

  /** All of it has been read now. Remembers where the unread messages began, for a line above them. */
  read(me) {
    const others = this.items.filter((item) => item.kind === 'message' && item.userId !== me);
    if (this.unread > 0 && this.unreadFrom === null) {
      this.unreadFrom = others.at(-Math.min(this.unread, others.length))?.key ?? null;
    }
    this.unread = 0;
  }

  say(message) {
    if (this.outgoing.length >= OUTGOING) {
      return false;
    }
    this.outgoing.push(message);
    return true;
  }

  outgoingOf(id) {
    return this.outgoing.find((message) => message.id === id) ?? null;
  }

  discard(id) {
    this.outgoing = this.outgoing.filter((message) => message.id !== id);
  }
}
