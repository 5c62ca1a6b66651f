/** The chat page: joins the wire, the model and the view. */

import { Attendance } from './attendance.js';
import { isOutgoing } from './conversation.js';
import { copy } from './dom.js';
import { Histories } from './histories.js';
import { findUser, renew } from './http.js';
import { Model } from './model.js';
import { hashOf, isId, parseHash } from './names.js';
import { People } from './people.js';
import { Receipts } from './receipts.js';
import { Sender } from './sender.js';
import { sentenceFor } from './sentences.js';
import { Store } from './store.js';
import { View } from './view.js';
import { Wire } from './wire.js';
import { Writing } from './writing.js';

const clock = {
  now: () => Date.now(),
  setTimeout: (task, delay) => setTimeout(task, delay),
  clearTimeout: (timer) => clearTimeout(timer),
};

const SAVE_AFTER_MS = 300;

class Chat {
  #wire;
  #view;
  #model = null;
  #store = null;
  #sender = null;
  #writing = null;
  #histories = null;
  #receipts = null;
  #attendance = null;
  #people = null;
  #limits = { dataBytes: 32768, historyPage: 50 };
  #open = null;
  #showing = null;
  #saving = null;

  constructor() {
    this.#view = new View({
      open: (key) => this.#navigate(this.#model.conversations.get(key) ?? null),
      close: () => this.#navigate(null),
      send: (text) => this.#send(text),
      retry: (id) => this.#sender.retry(this.#open, id),
      discard: (id) => this.#discard(id),
      change: (text) => this.#writing.change(this.#open, text),
      react: (row, value) => this.#react(row, value),
      edit: (row) => this.#writing.edit(row),
      remove: (row) => this.#remove(row),
      typed: (text) => this.#writing.typed(this.#open, text),
      moved: () => this.#read(this.#open),
      older: () => this.#histories.older(this.#open),
      newest: () => this.#histories.newest(this.#open),
      leave: () => this.#leave(),
      reconnect: () => this.#wire.reconnectNow(),
      loggingOut: () => this.#loggingOut(),
      copyId: () => this.#copyId(),
      ask: (kind, text) => (kind === 'room' ? this.#join(text) : this.#write(text)),
      tooLong: (text) => this.#writing.tooLong(text),
    });
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    this.#wire = new Wire({
      connect: () => new WebSocket(`${scheme}//${location.host}/ws`, 'mirror.v2'),
      renew,
      clock,
      listener: {
        state: (state) => this.#connection(state),
        hello: (frame) => this.#hello(frame),
        event: (frame) => this.#event(frame),
        gap: (frame) => this.#gap(frame),
        refused: (channel, error) => this.#refused(channel, error),
        resumed: () => this.#resumed(),
        signal: (frame) => this.#signal(frame),
        marked: (frame) => this.#receipts.marked(frame),
        presence: (frame) => this.#attendance.event(frame),
        opened: (channel) => this.#changed(this.#model.find(channel)),
      },
    });
  }

  start() {
    addEventListener('popstate', () => this.#route());
    addEventListener('hashchange', () => this.#route());
    addEventListener('online', () => this.#wire.check());
    addEventListener('pagehide', () => this.#save());
    addEventListener('pageshow', (event) => (event.persisted ? location.reload() : undefined));
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') {
        this.#wire.check();
        this.#read(this.#open);
      } else {
        this.#save();
      }
    });
    setInterval(() => this.#forgetTyping(), 1000);
    this.#wire.start();
  }

  // What the wire says

  #connection(state) {
    if (state.name === 'signed-out') {
      location.assign('/?error=signed-out');
      return;
    }
    this.#view.connection(state);
  }

  #hello({ userId, channel, data }) {
    this.#limits = { ...this.#limits, ...data.limits };
    if (this.#model === null) {
      this.#begin({ userId, name: data.name, room: channel });
    } else if (this.#model.me.userId !== userId) {
      location.reload(); // Somebody else has logged in with this browser since.
    }
  }

  #begin(me) {
    this.#model = new Model(me);
    this.#store = new Store(me.userId);
    const changed = (conversation) => this.#changed(conversation);
    const shared = { wire: this.#wire, model: this.#model, clock, changed };
    this.#sender = new Sender(shared);
    this.#writing = new Writing({
      ...shared,
      sender: this.#sender,
      note: (sentence) => this.#view.note(sentence),
      dataBytes: this.#limits.dataBytes,
    });
    this.#attendance = new Attendance(shared);
    this.#receipts = new Receipts(shared);
    this.#people = new People({ ...shared, find: (id) => findUser('id', id) });
    this.#histories = new Histories({ ...shared, limit: Math.min(50, this.#limits.historyPage), opened: () => this.#open });
    this.#wire.seed(me.room, null);
    this.#model.restore(this.#store.load(), (channel, position) => this.#wire.seed(channel, position));
    this.#restoreOutgoing();
    this.#view.me(me);
    this.#route();
  }

  #restoreOutgoing() {
    for (const { key, message } of this.#store.loadOutgoing()) {
      if (isOutgoing(message)) {
        this.#model.keyed(key, (channel) => this.#wire.seed(channel, null))?.say(message);
      }
    }
  }

  #resumed() {
    this.#histories.resumed(this.#open);
    this.#list();
    this.#attendance.resumed();
    this.#sender.flushAll();
    this.#changed(this.#open);
  }

  async #list() {
    if (await this.#receipts.resumed()) {
      this.#histories.glimpse();
    }
  }

  #event(frame) {
    const taken = this.#model.event(frame);
    if (taken === null) {
      return;
    }
    if (taken.conversation === this.#open && this.#isRead(this.#open)) {
      this.#open.read();
    }
    this.#changed(taken.conversation);
  }

  #gap(frame) {
    if (frame.channel.startsWith('@')) {
      this.#histories.inboxGap().then(() => this.#read(this.#open));
      this.#list();
      return;
    }
    const conversation = this.#model.known(frame.channel);
    conversation?.gap(frame);
    this.#changed(conversation);
  }

  #refused(channel, error) {
    const conversation = this.#model.known(channel);
    if (conversation !== null) {
      conversation.failure = `Nothing new will be heard from here. ${sentenceFor(error)}`;
      this.#changed(conversation);
    }
  }

  #signal(frame) {
    const conversation = this.#model.typing(frame, clock.now());
    if (conversation !== null && conversation === this.#open) {
      this.#view.typing(conversation, this.#model);
    }
  }

  #forgetTyping() {
    const conversation = this.#open;
    for (const [userId, until] of conversation?.typing ?? []) {
      if (until < clock.now()) {
        conversation.typing.delete(userId);
        this.#view.typing(conversation, this.#model);
      }
    }
  }

  // What is shown

  /** Something about a conversation, or about all, is different now. Shown, and saved, a little later and together. */
  #changed() {
    this.#receipts?.owe();
    this.#showing ??= setTimeout(() => {
      this.#showing = null;
      this.#show();
    }, 10);
    this.#saving ??= setTimeout(() => this.#save(), SAVE_AFTER_MS);
  }

  #show() {
    if (this.#model === null) {
      return;
    }
    this.#people.learn();
    this.#attendance.learned();
    this.#view.list(this.#model, this.#open?.key ?? null);
    if (this.#open !== null) {
      this.#view.conversation(this.#open, this.#model);
    }
  }

  #save() {
    clearTimeout(this.#saving);
    this.#saving = null;
    if (this.#model === null) {
      return;
    }
    this.#store.save(this.#model.joined(this.#model.snapshot((channel) => this.#wire.position(channel)), this.#store.load()));
    const outgoing = [];
    for (const { key, outgoing: messages } of this.#model.conversations.values()) {
      messages.forEach((message) => outgoing.push({ key, message }));
    }
    this.#store.saveOutgoing(outgoing);
  }

  #navigate(conversation) {
    const hash = conversation === null ? location.pathname : hashOf(conversation);
    history.pushState(null, '', hash);
    this.#route();
    if (conversation !== null) {
      this.#view.focusConversation();
    }
  }

  /** Shows what the address bar names. A room that was never joined is offered, not entered. */
  #route() {
    if (this.#model === null) {
      return;
    }
    const place = parseHash(location.hash);
    let conversation = null;
    if (place?.kind === 'direct' && place.id !== this.#model.me.userId) {
      conversation = this.#model.direct(place.id);
    } else if (place?.kind === 'room') {
      conversation = this.#model.conversations.get(`c:${place.id}`) ?? null;
      if (conversation === null) {
        this.#view.ask('room', place.id);
      }
    }
    this.#enter(conversation);
  }

  #enter(conversation) {
    if (conversation !== this.#open || conversation === null) {
      this.#open = conversation;
      this.#view.open(conversation, this.#writing.begin(conversation));
      this.#attendance.watch(conversation);
      if (conversation !== null) {
        conversation.unreadFrom = null;
        this.#histories.open(conversation).then(() => this.#read(conversation));
        this.#read(conversation);
      }
    }
    this.#show();
  }

  /** What is on the screen, and has an end there, has been read. */
  #isRead(conversation) {
    const here = conversation === this.#open && document.visibilityState === 'visible' && this.#view.atEnd;
    return here && !conversation.detached && (conversation.loaded || !this.#wire.online);
  }

  #read(conversation) {
    if (conversation !== null && this.#isRead(conversation)) {
      conversation.drawLine(this.#model.me.userId);
      if (conversation.read()) {
        this.#changed(conversation);
      }
    }
  }

  // What the user does

  #send(text) {
    const taken = this.#writing.send(this.#open, text);
    if (taken && this.#open.detached) {
      this.#histories.newest(this.#open);
    }
    return taken;
  }

  #react(row, value) {
    const mine = row.reactions.some((each) => each.value === value && each.mine);
    this.#writing.amend(this.#open, row, mine ? { unreact: value } : { react: value });
  }

  #remove(row) {
    this.#writing.amend(this.#open, row, { delete: true });
  }

  #discard(id) {
    this.#open.discard(id);
    this.#changed(this.#open);
  }

  async #join(text) {
    const channel = text.replace(/^#/, '');
    if (!isId(channel)) {
      return 'A channel’s name has 1 to 64 letters, digits, - and _.';
    }
    if (!this.#model.conversations.has(`c:${channel}`)) {
      this.#model.room(channel);
      this.#wire.follow(channel);
    }
    this.#navigate(this.#model.room(channel));
    return null;
  }

  /** Starts a direct conversation with whoever has this name, or this id. */
  async #write(text) {
    let found = null;
    try {
      found = (await findUser('name', text)) ?? (await findUser('id', text));
    } catch {
      return 'The server could not be asked. Please try again.';
    }
    if (found === null) {
      return 'Nobody has this name or id.';
    }
    if (found.UserId === this.#model.me.userId) {
      return 'That is you.';
    }
    this.#model.meet(found.UserId, found.Username, found.ChannelId);
    this.#navigate(this.#model.direct(found.UserId));
    return null;
  }

  #leave() {
    this.#wire.unfollow(this.#open.channel);
    this.#model.forget(this.#open);
    this.#navigate(null);
    this.#changed(null);
  }

  async #copyId() {
    const { kind, peer, channel } = this.#open;
    const copied = await copy(kind === 'room' ? channel : peer);
    this.#view.note(copied ? 'Copied.' : `The id is ${kind === 'room' ? channel : peer}`);
  }

  #loggingOut() {
    this.#save();
    this.#store.save(this.#model.snapshot((channel) => this.#wire.position(channel), false));
    this.#store.forgetOutgoing();
    this.#model = null; // Nothing more is saved, or shown.
    this.#wire.stop();
  }
}

new Chat().start();
