/** What the user writes: messages, drafts, changes of messages, and that they are typing. Knows no document. */

import { newId } from './rules.js';

/** Room in a publication for what the server adds to it (W37). */
const ADDED_BYTES = 512;
const TYPING_EVERY_MS = 3000;

const bytes = (value) => new TextEncoder().encode(JSON.stringify(value)).length;

export class Writing {
  #wire;
  #sender;
  #clock;
  #changed;
  #note;
  #dataBytes;
  #drafts = new Map();
  #typedAt = 0;
  /** The message that is being edited. */
  #edited = null;

  /** `note(sentence)` is told why something was not taken, and null when it was. `dataBytes` limits a publication (W38). */
  constructor({ wire, sender, clock, changed, note, dataBytes }) {
    this.#wire = wire;
    this.#sender = sender;
    this.#clock = clock;
    this.#changed = changed;
    this.#note = note;
    this.#dataBytes = dataBytes;
  }

  /** What was begun in this conversation, which is opened now. */
  begin(conversation) {
    this.#typedAt = 0;
    this.#edited = null;
    return this.#drafts.get(conversation?.key) ?? '';
  }

  tooLong(text) {
    const over = bytes({ value: text }) + ADDED_BYTES - this.#dataBytes;
    return over > 0 ? `This message is too long by ${over} characters.` : null;
  }

  typed(conversation, text) {
    this.#drafts.set(conversation.key, text);
    const now = this.#clock.now();
    // Nobody is bothered by a conversation of which they have not heard yet.
    if (text !== '' && now - this.#typedAt >= TYPING_EVERY_MS && (conversation.kind === 'room' || conversation.begun)) {
      this.#typedAt = now;
      this.#wire.tell({ code: 'signal.send', channel: conversation.channel, data: { typing: true } });
    }
  }

  /** Returns whether the text was taken. */
  send(conversation, text) {
    const complaint = this.tooLong(text);
    const opening = conversation.kind === 'direct' && !conversation.begun;
    if (complaint !== null || !this.#say(conversation, { text, opening })) {
      this.#note(complaint ?? 'Too many messages are waiting to be sent.');
      return false;
    }
    conversation.unreadFrom = null;
    this.#drafts.delete(conversation.key);
    this.#typedAt = 0;
    return true;
  }

  /** The message whose text is to be changed next. */
  edit(message) {
    this.#edited = message;
  }

  /** Gives the message that is edited another text. Returns whether it was taken. */
  change(conversation, text) {
    const complaint = this.tooLong(text);
    if (complaint !== null) {
      this.#note(complaint);
      return false;
    }
    return text === this.#edited.text || this.amend(conversation, this.#edited, { edit: { value: text } });
  }

  /** Amends a message: `{edit}`, `{delete: true}`, `{react}` or `{unreact}`. Returns whether it was taken. */
  amend(conversation, { epoch, offset }, change) {
    if (!this.#say(conversation, { amend: { epoch, offset, ...change }, opening: false })) {
      this.#note('Too many messages are waiting to be sent.');
      return false;
    }
    return true;
  }

  #say(conversation, what) {
    if (!conversation.say({ id: newId(), ts: this.#clock.now(), state: 'sending', ...what })) {
      return false;
    }
    this.#note(null);
    this.#changed(conversation);
    this.#sender.flush(conversation);
    return true;
  }
}
