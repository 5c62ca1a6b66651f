/** One conversation as this page knows it: what was said, what is on its way, what is unread. Knows no document. */

import { Amendments } from './amendments.js';
import { claimOf, isUnverified } from './claims.js';
import { amendmentOf, fold, identityOf, isAmendment } from './folding.js';
import { NO_MARK, merged } from './marks.js';
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

/**
 * A `channel.event`, or what an inbox entry announces, as an entry of a conversation: a message that is shown, or an
 * `amendment`, which changes one (null if it changes nothing). A message that nobody is proved to have said has a `claim`.
 */
export function entryOf(event) {
  const { epoch, offset, userId, id = '', ts = 0, data } = event;
  if (isAmendment(data)) {
    return { kind: 'amendment', epoch, offset, userId, id, amendment: amendmentOf(event) };
  }
  const claim = isUnverified(userId) ? claimOf(data) : null;
  const identity = identityOf(data);
  return { kind: 'message', key: `${epoch}:${offset}`, epoch, offset, order: offset, userId, claim, id, ts, identity, ...textOf(data) };
}

/** Whether this may be sent: a stored one comes from a place where anything could stand. */
export function isOutgoing(message) {
  const { id, text, amend } = message ?? {};
  const change = typeof amend?.epoch === 'string' ? amendmentOf({ epoch: amend.epoch, offset: Infinity, data: { amend } }) : null;
  return typeof id === 'string' && (typeof text === 'string' ? amend === undefined : change !== null);
}

/** Whether one position is after another; any is after none, and after those of another epoch. */
export const isAfter = (position, other) => other === null || position.epoch !== other.epoch || position.offset > other.offset;

export class Conversation {
  /** The messages and gaps that are shown, in order; at most WINDOW. */
  items = [];
  /** What this page says and the server has not stored yet: {id, text or amend, ts, opening, state, reason}. */
  outgoing = [];
  /** Changes of messages, those that are shown and others. */
  #amendments = new Amendments(() => new Map(this.items.map(({ key, userId }) => [key, userId])));
  /** The oldest position that this page has read without a hole up to what is shown. */
  #from = null;
  unread = 0;
  /** The key of the first message that was unread when the conversation was opened. */
  unreadFrom = null;
  /** The newest position that arrived live. */
  seen = null;
  /** The newest position that is known here, live or from a page. */
  end = null;
  /** What is not beyond this position is in `unread` already, if it was not read. */
  counted = null;
  /** Direct only: how far this user, and the other one, have received and read. */
  mine = NO_MARK;
  theirs = NO_MARK;
  /** The marks of this user as the server has them. */
  told = NO_MARK;
  /** When something last happened here, and when the other user was last there, in milliseconds; as the server says. */
  active = 0;
  peerSeen = null;
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
    return this.last !== null || this.seen !== null || this.active > 0;
  }

  /** The newest message, those on their way included; null if there is none. */
  get newest() {
    return this.outgoing.findLast(({ text }) => text !== undefined) ?? this.last;
  }

  /** Takes what arrives live. Returns whether it was news. */
  arrive(entry) {
    if (!isAfter(entry, this.seen)) {
      return false;
    }
    this.seen = { epoch: entry.epoch, offset: entry.offset };
    this.typing.delete(entry.userId);
    this.add(entry);
    return true;
  }

  /** Puts a message, or a gap, in its place, once; an amendment changes its message now or when that is read. */
  add(item) {
    if (item.kind !== 'gap') {
      this.#ends(item);
      this.outgoing = this.outgoing.filter((waiting) => waiting.id !== item.id);
    }
    if (item.kind === 'amendment') {
      this.#amend(item);
      return;
    }
    if (item.kind === 'message' && (this.last === null || this.last.epoch !== item.epoch || this.last.offset <= item.offset)) {
      this.last = item;
    }
    if (this.detached) {
      return;
    }
    this.#insert(item);
    if (this.items.length > WINDOW) {
      this.items.splice(0, this.items.length - WINDOW);
      this.#from = this.#oldestShown();
      this.hasOlder = true;
    }
  }

  #ends({ epoch, offset }) {
    if (isAfter({ epoch, offset }, this.end)) {
      this.end = { epoch, offset };
    }
  }

  #amend({ amendment }) {
    if (amendment !== null) {
      this.#amendments.add(amendment);
    }
  }

  /** What a message has become: itself, with `deleted`, `edited`, `reactions`, and another text if it was edited. */
  shown(message, me) {
    const amendments = [...this.#amendments.of(message.key), ...this.#underWay(message, me)];
    const { deleted, edit, reactions } = fold(message, amendments);
    return { ...message, ...(edit === null ? {} : textOf(edit.value)), edited: edit !== null, deleted, reactions };
  }

  /** What the user changes about a message counts at once, unless the server refused it. */
  #underWay({ epoch, offset }, me) {
    return this.changesOf({ epoch, offset })
      .filter(({ state }) => state === 'sending')
      .map(({ amend }) => amendmentOf({ epoch, offset: Infinity, userId: me, data: { amend } }))
      .filter((amendment) => amendment !== null);
  }

  /** The changes of a message that are on their way, or were refused. */
  changesOf({ epoch, offset }) {
    return this.outgoing.filter(({ amend }) => amend !== undefined && amend.offset === offset && amend.epoch === epoch);
  }

  /** The log no longer has all that came after the last message; it goes on after this position. */
  gap({ epoch, offset }) {
    if (this.items.length === 0) {
      return; // Nothing stands above it that it could be missing after.
    }
    this.add({ kind: 'gap', key: `gap:${epoch}:${offset}`, epoch, offset, order: offset + 0.5 });
  }

  /** The newest page of the log. */
  latest(entries, { first, end }) {
    if (this.detached) {
      this.restart();
    }
    const epoch = entries.at(-1)?.epoch ?? end.epoch;
    if (this.items.length > 0 && this.items.at(-1).epoch !== epoch) {
      this.gap({ epoch, offset: first - 1 });
    }
    this.#from = this.#oldestShown();
    this.#reaches(entries);
    this.#ends(end);
    if (this.kind === 'direct' && entries.length > 0) {
      this.mine = merged(this.mine, { epoch, received: entries.at(-1).offset });
    }
    entries.forEach((entry) => this.add(entry));
    this.hasOlder = this.#olderThan(first);
    this.forgotten = !this.hasOlder && first > 1;
    this.loaded = true;
  }

  /** Something may be missing below what is shown: the next page takes its place. */
  outdated() {
    this.loaded = false;
    this.detached = this.items.length > 0;
  }

  /** Lets go of what is shown; the next page begins at the end again. */
  restart() {
    this.items = [];
    this.#from = null;
    this.detached = false;
    this.loaded = false;
  }

  /** A page from before the oldest message that is shown. */
  older(entries, { first }) {
    this.#reaches(entries);
    entries.forEach((entry) => (entry.kind === 'amendment' ? this.#amend(entry) : this.#insert(entry)));
    if (this.items.length > WINDOW) {
      this.items.splice(WINDOW);
      this.detached = true;
    }
    this.hasOlder = entries.length > 0 && this.#olderThan(first);
    this.forgotten = !this.hasOlder && first > 1;
  }

  /** Where to read on from when older messages are wanted. */
  get oldest() {
    return this.#from ?? this.#oldestShown();
  }

  #oldestShown() {
    const item = this.items.find(({ kind }) => kind === 'message') ?? null;
    return item === null ? null : { epoch: item.epoch, offset: item.offset };
  }

  /** A page may begin with amendments, which are not shown: the next one begins before them. */
  #reaches([entry = null]) {
    if (entry !== null && (this.#from === null || isAfter(this.#from, entry))) {
      this.#from = { epoch: entry.epoch, offset: entry.offset };
    }
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

  /** Somebody has received or read more: this user, on any device, or the other one. */
  mark(mine, mark, me) {
    if (!mine) {
      this.theirs = merged(this.theirs, mark);
      return;
    }
    const { read } = this.mine;
    this.mine = merged(this.mine, mark);
    if (this.mine.read !== read) {
      this.#recount(me);
    }
  }

  hasRead({ epoch, offset }) {
    return epoch === this.mine.epoch && offset <= this.mine.read;
  }

  #recount(me) {
    const complete = this.loaded && !this.detached && this.#from !== null && this.hasRead({ ...this.#from, offset: this.#from.offset - 1 });
    const newest = this.end ?? this.counted;
    if (newest === null || this.hasRead(newest)) {
      this.unread = 0;
    } else if (complete) {
      this.unread = this.#unreadOf(this.items, me);
    } else if (this.mine.epoch === newest.epoch) {
      this.unread = Math.min(this.unread, newest.offset - this.mine.read);
    }
  }

  #unreadOf(entries, me) {
    return entries.filter((entry) => entry.kind === 'message' && entry.userId !== me && !this.hasRead(entry)).length;
  }

  /** The newest few entries of a conversation that is not open: what was said last, and how much of it is unread. */
  glimpse(entries, me) {
    entries.filter(({ kind }) => kind === 'amendment').forEach((entry) => this.#amend(entry));
    const [oldest = null] = entries;
    if (oldest === null) {
      return;
    }
    const { epoch, offset } = entries.at(-1);
    this.mine = merged(this.mine, { epoch, received: offset });
    if (this.end !== null && isAfter(this.end, { epoch, offset })) {
      return; // Something newer has arrived meanwhile, and says more.
    }
    this.end = { epoch, offset };
    this.counted = this.end;
    this.last = entries.findLast(({ kind }) => kind === 'message') ?? this.last;
    this.unread = Math.max(0, oldest.offset - 1 - this.mine.read) + this.#unreadOf(entries, me);
  }

  /** Remembers where the unread messages begin, for a line above them. */
  drawLine(me) {
    const others = this.items.filter((item) => item.kind === 'message' && item.userId !== me);
    if (this.unread > 0 && this.unreadFrom === null) {
      this.unreadFrom = others.at(-Math.min(this.unread, others.length))?.key ?? null;
    }
  }

  /** All of it has been read now. Returns whether that was news. */
  read() {
    const news = this.unread > 0 || (this.kind === 'direct' && this.end !== null && !this.hasRead(this.end));
    this.unread = 0;
    if (news && this.end !== null && this.kind === 'direct') {
      this.mine = merged(this.mine, { epoch: this.end.epoch, read: this.end.offset });
    }
    return news;
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
