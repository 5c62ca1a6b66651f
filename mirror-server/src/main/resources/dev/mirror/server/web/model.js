/** Everything one user's page knows: the conversations, the people, and what of it outlives a reload. No document. */

import { Conversation, messageOf } from './conversation.js';
import { isId, peerOf } from './names.js';

/** People whose names are remembered; beyond this the one learned first is forgotten. */
const PEOPLE = 2000;
/** Conversations that are kept; beyond this the direct one that was quiet for longest is let go. */
const CONVERSATIONS = 500;
const TYPING_MS = 6000;

const isPosition = (value) => typeof value?.epoch === 'string' && Number.isSafeInteger(value.offset);

export class Model {
  conversations = new Map();
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
    if (data !== null && typeof data === 'object' && typeof data.username === 'string') {
      this.meet(userId, data.username, typeof data.channel === 'string' ? data.channel : null);
    }
  }

  nameOf(userId) {
    return this.#people.get(userId)?.name ?? userId;
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
      this.conversations.delete(direct.at(-1)?.key);
    }
    this.conversations.set(conversation.key, conversation);
    return conversation;
  }

  forget(conversation) {
    this.conversations.delete(conversation.key);
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
    const when = (conversation) => conversation.outgoing.at(-1)?.ts ?? conversation.last?.ts ?? 0;
    return [...this.conversations.values()].sort((a, b) => when(b) - when(a));
  }

  unread() {
    let count = 0;
    this.conversations.forEach((conversation) => (count += conversation.unread));
    return count;
  }

  // What

  /** Takes an event of a room or of the inbox (W34). Returns the conversation and whether it is news to the user. */
  event(frame) {
    const inbox = frame.channel.startsWith('@');
    const entry = inbox ? { ...frame, ...frame.data } : frame;
    const conversation = inbox && typeof frame.data?.channel !== 'string' ? null : this.find(entry.channel);
    if (conversation === null) {
      return null;
    }
    this.#meetSpeaker(frame.userId, entry.data);
    const mine = frame.userId === this.me.userId;
    const message = messageOf(entry);
    const fresh = conversation.arrive(message);
    if (mine) {
      conversation.unread = 0;
    } else if (fresh) {
      conversation.unread += 1;
    }
    return { conversation, message, news: fresh && !mine };
  }

  /** Messages of a page of history. */
  messages(frames) {
    return frames.map((frame) => {
      this.#meetSpeaker(frame.userId, frame.data);
      return messageOf(frame);
    });
  }

  /** Finds conversations in what the inbox has kept; a new device knows them in no other way. */
  discover(frames, countUnread) {
    for (const frame of frames) {
      const conversation = typeof frame.data?.channel === 'string' ? this.find(frame.data.channel) : null;
      if (conversation === null) {
        continue;
      }
      this.#meetSpeaker(frame.userId, frame.data.data);
      const message = messageOf({ ...frame, ...frame.data });
      if (conversation.last === null || conversation.last.ts <= message.ts) {
        conversation.last = message;
      }
      if (countUnread) {
        conversation.unread = frame.userId === this.me.userId ? 0 : conversation.unread + 1;
      }
    }
  }

  /** What the server acknowledged becomes a message like any other. */
  stored(conversation, waiting, answer) {
    const { epoch, offset } = answer;
    const ts = answer.data?.ts ?? waiting.ts;
    const data = { value: waiting.text };
    conversation.add(messageOf({ epoch, offset, ts, data, id: waiting.id, userId: this.me.userId }));
    conversation.discard(waiting.id);
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
    });
    return {
      version: 1,
      inbox: position(`@${this.me.userId}`),
      conversations: [...this.conversations.values()].map(entry),
    };
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
      conversation.unread = Number.isSafeInteger(entry.unread) && entry.unread > 0 ? entry.unread : 0;
    }
  }
}
