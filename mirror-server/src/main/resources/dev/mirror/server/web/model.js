/** Everything one user's page knows: the conversations, the people, and what of it outlives a reload. No document. */

import { isUnverified } from './claims.js';
import { Conversation, entryOf, isAfter } from './conversation.js';
import { NO_MARK, merged } from './marks.js';
import { isId, peerOf } from './names.js';

/** People whose names are remembered; beyond this the one learned first is forgotten. */
const PEOPLE = 2000;
/** Conversations that are kept; beyond this the direct one that was quiet for longest is let go. */
const CONVERSATIONS = 500;
/** Conversations of the server's list that are taken; fewer than are kept. */
const LISTED = 400;
const TYPING_MS = 6000;

const isPosition = (value) => typeof value?.epoch === 'string' && Number.isSafeInteger(value.offset);

export class Model {
  conversations = new Map();
  /** Keys of those that were left, or let go: another page of this user may still have them. */
  #left = new Set();
  /** User id → {name, room}. */
  #people = new Map();

  constructor({ userId, name, room }) {
    this.me = { userId, name, room };
    this.meet(userId, name, room);
    this.room(room);
  }

  // Who

  meet(userId, name, room) {
    if (!isId(userId)) {
      return;
    }
    const known = this.#people.get(userId) ?? { name: null, room: null };
    this.#people.set(userId, { name: name || known.name, room: isId(room) ? room : known.room });
    if (this.#people.size > PEOPLE) {
      this.#people.delete(this.#people.keys().next().value);
    }
  }

  /** What a payload says about its speaker is what the server knows of them (W37). */
  #meetSpeaker(userId, data) {
    if (!isUnverified(userId) && data !== null && typeof data === 'object' && typeof data.username === 'string') {
      this.meet(userId, data.username, typeof data.channel === 'string' ? data.channel : null);
    }
  }

  nameOf(userId) {
    return this.#people.get(userId)?.name ?? userId;
  }

  /** The name that a message goes under: of who said it, or the one that it claims. */
  speakerOf({ userId, claim }) {
    return claim ?? this.nameOf(userId);
  }

  roomOf(userId) {
    return this.#people.get(userId)?.room ?? null;
  }

  titleOf(conversation) {
    if (conversation.kind === 'direct') {
      return this.nameOf(conversation.peer);
    }
    if (conversation.channel === this.me.room) {
      return 'My channel';
    }
    for (const { name, room } of this.#people.values()) {
      if (room === conversation.channel && name !== null) {
        return `${name}’s channel`;
      }
    }
    return conversation.channel;
  }

  // Which

  room(channel) {
    return this.#keep(Conversation.room(channel));
  }

  direct(peer) {
    return this.#keep(Conversation.direct(this.me.userId, peer));
  }

  #keep(conversation) {
    const known = this.conversations.get(conversation.key);
    if (known !== undefined) {
      return known;
    }
    if (this.conversations.size >= CONVERSATIONS) {
      const direct = this.sorted().filter((other) => other.kind === 'direct' && other.outgoing.length === 0);
      this.forget(direct.at(-1) ?? conversation);
    }
    this.#left.delete(conversation.key);
    this.conversations.set(conversation.key, conversation);
    return conversation;
  }

  forget(conversation) {
    this.conversations.delete(conversation.key);
    this.#left.add(conversation.key);
  }

  /** The conversation with this key, which begins if need be; `seed(channel)` is told of a room that does. Null if it is no key. */
  keyed(key, seed) {
    const [kind, id] = [String(key).slice(0, 2), String(key).slice(2)];
    if (!isId(id) || (kind !== 'c:' && kind !== 'u:') || key === `u:${this.me.userId}`) {
      return null;
    }
    if (kind === 'c:' && !this.conversations.has(key)) {
      seed(id);
    }
    return kind === 'c:' ? this.room(id) : this.direct(id);
  }

  /** The conversation that a channel of the wire belongs to, if this page has it. */
  known(channel) {
    const peer = peerOf(channel, this.me.userId);
    return this.conversations.get(peer === null ? `c:${channel}` : `u:${peer}`) ?? null;
  }

  /** The same, but a direct conversation that the page does not have yet begins. */
  find(channel) {
    const peer = peerOf(channel, this.me.userId);
    return peer === null || peer === this.me.userId ? this.known(channel) : this.direct(peer);
  }

  /** The newest first; what was never used keeps the order in which it came, at the end. */
  sorted() {
    const when = ({ newest, active }) => Math.max(newest?.ts ?? 0, active);
    return [...this.conversations.values()].sort((a, b) => when(b) - when(a));
  }

  unread() {
    let count = 0;
    this.conversations.forEach((conversation) => (count += conversation.unread));
    return count;
  }

  // What

  /** Takes an event of a room or of the inbox (W34). Returns its conversation, the entry, and whether it is news to the user. */
  event(frame) {
    const inbox = frame.channel.startsWith('@');
    const entry = inbox ? { ...frame, ...frame.data } : frame;
    const conversation = inbox && typeof frame.data?.channel !== 'string' ? null : this.find(entry.channel);
    if (conversation === null) {
      return null;
    }
    this.#meetSpeaker(frame.userId, entry.data);
    const taken = entryOf(entry);
    return { conversation, entry: taken, news: this.take(conversation, taken) };
  }

  /** Takes an entry that is newer than those before it. Returns whether it is news to the user. */
  take(conversation, entry) {
    const { epoch, offset, userId } = entry;
    const fresh = conversation.arrive(entry);
    const mine = userId === this.me.userId;
    if (conversation.kind === 'direct') {
      if (mine || userId === conversation.peer) {
        // Whoever says something has read what was said before it.
        conversation.mark(mine, { epoch, received: offset, read: offset }, this.me.userId);
      }
      conversation.mine = merged(conversation.mine, { epoch, received: offset });
    } else if (mine) {
      conversation.unread = 0;
    }
    if (offset === 1) {
      conversation.counted ??= { epoch, offset: 0 }; // Heard from its beginning on.
    }
    const news = fresh && !mine && entry.kind === 'message';
    if (news && isAfter(entry, conversation.counted) && !conversation.hasRead(entry)) {
      conversation.unread += 1;
    }
    return news;
  }

  /** Entries of a page of history. */
  entries(frames) {
    return frames.map((frame) => {
      this.#meetSpeaker(frame.userId, frame.data);
      return entryOf(frame);
    });
  }

  /** Takes what `direct.list` says: which conversations there are, and who has received and read how much of them. */
  list(conversations) {
    for (const entry of conversations.slice(0, LISTED)) {
      const conversation = this.find(entry.channel);
      if (conversation !== null) {
        this.#listed(conversation, entry);
      }
    }
  }

  #listed(conversation, { epoch, offset, ts, unread, received, read, peer }) {
    conversation.active = ts;
    conversation.told = merged(NO_MARK, { epoch, received, read });
    conversation.mark(true, conversation.told, this.me.userId);
    conversation.mark(false, { epoch, ...peer }, this.me.userId);
    conversation.peerSeen = peer?.seen ?? conversation.peerSeen;
    if (conversation.counted === null) {
      conversation.counted = { epoch, offset };
      conversation.unread = conversation.hasRead(conversation.counted) ? 0 : unread;
    }
  }

  /** Takes a `direct.marked`. Returns the conversation. */
  marked({ channel, userId, epoch, data }) {
    const conversation = this.known(channel);
    const mine = userId === this.me.userId;
    if (conversation !== null) {
      conversation.mark(mine, { epoch, ...data }, this.me.userId);
      conversation.told = mine ? merged(conversation.told, { epoch, ...data }) : conversation.told;
    }
    return conversation;
  }

  /** What the server acknowledged becomes an entry like any other. */
  stored(conversation, waiting, answer) {
    const { epoch, offset } = answer;
    const ts = answer.data?.ts ?? waiting.ts;
    const data = waiting.amend === undefined ? { value: waiting.text } : { amend: waiting.amend };
    const entry = entryOf({ epoch, offset, ts, data, id: waiting.id, userId: this.me.userId });
    conversation.add(entry);
    conversation.discard(waiting.id);
    if (conversation.kind === 'direct') {
      conversation.mark(true, { epoch, received: offset, read: offset }, this.me.userId);
      conversation.told = merged(conversation.told, { epoch, received: offset, read: offset });
    }
  }

  typing({ channel, userId, data }, now) {
    const conversation = userId === this.me.userId ? null : this.known(channel);
    if (conversation !== null && data?.typing === true) {
      conversation.typing.set(userId, now + TYPING_MS);
    } else {
      conversation?.typing.delete(userId);
    }
    return conversation;
  }

  // What outlives a reload

  /** Without `names`, what is left says who talked to whom only by ids. */
  snapshot(position, names = true) {
    const entry = (conversation) => ({
      channel: conversation.kind === 'room' ? conversation.channel : undefined,
      peer: conversation.peer ?? undefined,
      name: names && conversation.peer !== null ? (this.#people.get(conversation.peer)?.name ?? undefined) : undefined,
      room: conversation.peer !== null ? (this.roomOf(conversation.peer) ?? undefined) : undefined,
      position: conversation.kind === 'room' ? position(conversation.channel) : undefined,
      seen: conversation.seen,
      unread: conversation.unread,
      mine: conversation.kind === 'direct' ? conversation.mine : undefined,
    });
    return {
      version: 1,
      inbox: position(`@${this.me.userId}`),
      conversations: [...this.conversations.values()].map(entry),
    };
  }

  /** A snapshot with what only another page of this user has put into the one that is stored. */
  joined(snapshot, stored) {
    const keyOf = (entry) => (isId(entry?.channel) ? `c:${entry.channel}` : `u:${entry?.peer}`);
    const others = stored?.version === 1 && Array.isArray(stored.conversations) ? stored.conversations : [];
    const news = others.filter((entry) => !this.conversations.has(keyOf(entry)) && !this.#left.has(keyOf(entry)));
    return { ...snapshot, conversations: [...snapshot.conversations, ...news].slice(0, CONVERSATIONS) };
  }

  /** Takes a snapshot back; `seed(channel, position)` is told what to resume. Whatever is odd in it is left out. */
  restore(snapshot, seed) {
    if (snapshot?.version !== 1 || !Array.isArray(snapshot.conversations)) {
      return false;
    }
    if (isPosition(snapshot.inbox)) {
      seed(`@${this.me.userId}`, snapshot.inbox);
    }
    for (const entry of snapshot.conversations) {
      this.#restoreOne(entry, seed);
    }
    return isPosition(snapshot.inbox);
  }

  #restoreOne(entry, seed) {
    let conversation = null;
    if (isId(entry?.channel)) {
      conversation = this.room(entry.channel);
      seed(entry.channel, isPosition(entry.position) ? entry.position : null);
    } else if (isId(entry?.peer) && entry.peer !== this.me.userId) {
      conversation = this.direct(entry.peer);
      this.meet(entry.peer, typeof entry.name === 'string' ? entry.name : null, entry.room);
    }
    if (conversation !== null) {
      conversation.seen = isPosition(entry.seen) ? { ...entry.seen } : null;
      conversation.end = conversation.seen;
      conversation.counted = conversation.seen;
      conversation.mine = typeof entry.mine?.epoch === 'string' ? merged(NO_MARK, entry.mine) : NO_MARK;
      conversation.unread = Number.isSafeInteger(entry.unread) && entry.unread > 0 ? entry.unread : 0;
    }
  }
}
