/** What was said in one conversation, as elements. */

import { arrange, el, icon, linked, paintAvatar } from './dom.js';

/** Messages of one person within this time stand together. */
const TOGETHER_MS = 5 * 60 * 1000;

const clockTime = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dayName = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });

const STATES = {
  sending: { icon: 'M12 7v5l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z', text: 'Sending' },
  stored: { icon: 'm5 12.500 4.500 4.500L19 7.500', text: 'Stored' },
  failed: { icon: 'M12 8v5M12 16.500v.1M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z', text: 'Not sent' },
};

export function timeOf(ts) {
  return clockTime.format(ts);
}

function messageRow(message, previous, { model, conversation }) {
  const mine = message.userId === undefined || message.userId === model.me.userId;
  const userId = mine ? model.me.userId : message.userId;
  const first =
    previous === null || previous.kind !== 'message' || previous.userId !== userId || message.ts - previous.ts > TOGETHER_MS;
  const state = message.state ?? (mine ? 'stored' : null);
  const name = model.nameOf(userId);
  return {
    kind: 'message',
    key: mine && message.id ? `own:${message.id}` : message.key,
    mark: [first, state, name, message.reason, message.ts].join('\n'),
    room: conversation.kind === 'room',
    text: message.text,
    raw: message.raw === true,
    ts: message.ts,
    id: message.id,
    reason: message.reason ?? '',
    mine,
    userId,
    first,
    state,
    name,
  };
}

/** Day lines, the line above what is new, gaps, messages, and what is on its way: all that a log shows, in order. */
export function rowsOf(conversation, model) {
  const rows = [];
  let day = null;
  const push = (item) => {
    if (item.kind === 'gap') {
      rows.push({ kind: 'gap', key: item.key, mark: '' });
      return;
    }
    const today = dayName.format(item.ts);
    if (today !== day) {
      day = today;
      rows.push({ kind: 'day', key: `day:${today}:${item.key ?? item.id}`, mark: '', text: today });
    }
    if (item.key !== undefined && item.key === conversation.unreadFrom) {
      rows.push({ kind: 'new', key: 'new', mark: '' });
    }
    rows.push(messageRow(item, rows.at(-1) ?? null, { model, conversation }));
  };
  conversation.items.forEach(push);
  if (!conversation.detached) {
    conversation.outgoing.forEach(push);
  }
  return rows;
}

function make(row) {
  switch (row.kind) {
    case 'day':
      return el('p', { class: 'line day' }, el('span', { text: row.text }));
    case 'new':
      return el('p', { class: 'line new' }, el('span', { text: 'New' }));
    case 'gap':
      return el('p', { class: 'gap', text: 'Messages may be missing here: the server no longer has all of what was said.' });
    default:
      return makeMessage(row);
  }
}

function makeMessage(row) {
  const text = el('span', { class: row.raw ? 'text raw' : 'text', dir: 'auto' });
  text.append(...linked(row.text));
  const when = new Date(row.ts);
  const time = el('time', { datetime: when.toISOString(), title: when.toLocaleString(), text: timeOf(row.ts) });
  const state = el('span', { class: 'status' });
  const bubble = el(
    'div',
    { class: 'bubble' },
    el('bdi', { class: 'speaker' }),
    text,
    el('span', { class: 'meta' }, time, state),
  );
  return el('div', { class: 'message' }, el('span', { class: 'avatar' }), bubble, el('div', { class: 'trouble' }));
}

function update(element, row) {
  if (row.kind !== 'message') {
    return;
  }
  const kind = [row.mine ? 'mine' : 'theirs', row.first ? 'first' : '', row.room ? 'in-room' : '', row.state ?? ''];
  element.className = `message ${kind.filter(Boolean).join(' ')}`;
  const [avatar, bubble, trouble] = element.children;
  paintAvatar(avatar, row.name, row.userId);
  const speaker = bubble.querySelector('.speaker');
  speaker.textContent = row.mine ? 'You' : row.name;
  speaker.classList.toggle('unseen', row.mine || !row.first || !row.room);
  bubble.querySelector('time').textContent = timeOf(row.ts);
  const status = bubble.querySelector('.status');
  status.replaceChildren();
  if (row.state !== null) {
    status.title = STATES[row.state].text;
    status.append(icon(STATES[row.state].icon), el('span', { class: 'unseen', text: STATES[row.state].text }));
  }
  updateTrouble(trouble, row);
}

function updateTrouble(trouble, row) {
  trouble.replaceChildren();
  if (row.state === 'failed') {
    trouble.append(
      el('span', { class: 'reason', text: `Not sent. ${row.reason} ` }),
      el('button', { type: 'button', class: 'link', 'data-do': 'retry', 'data-id': row.id, text: 'Retry' }),
      ' ',
      el('button', { type: 'button', class: 'link', 'data-do': 'discard', 'data-id': row.id, text: 'Discard' }),
    );
  }
}

/** The log of the conversation that is open. Keeps to the end while the reader is there, and to their place otherwise. */
export class LogView {
  #scroll;
  #log;
  #shown = null;
  #follows = true;

  /** `did(what, id)` is told of `retry` and `discard`; `moved()` when the reader arrived at, or left, the end. */
  constructor({ scroll, log, did, moved }) {
    this.#scroll = scroll;
    this.#log = log;
    log.addEventListener('click', (event) => {
      const button = event.target.closest('button[data-do]');
      if (button !== null) {
        did(button.dataset.do, button.dataset.id);
      }
    });
    scroll.addEventListener('scroll', () => {
      this.#follows = this.#distance() < 48;
      moved();
    });
    new ResizeObserver(() => this.#settle()).observe(scroll);
  }

  /** Whether the reader is at the end. */
  get follows() {
    return this.#follows;
  }

  #distance() {
    return this.#scroll.scrollHeight - this.#scroll.scrollTop - this.#scroll.clientHeight;
  }

  #settle() {
    if (this.#follows) {
      this.#scroll.scrollTop = this.#scroll.scrollHeight;
    }
  }

  toEnd() {
    this.#follows = true;
    this.#settle();
  }

  show(conversation, model) {
    const another = this.#shown !== conversation;
    if (another) {
      this.#shown = conversation;
      this.#log.replaceChildren();
      this.#follows = true;
    }
    // History is there to be read, not to be announced.
    this.#log.setAttribute('aria-busy', String(another || conversation.loading || !conversation.loaded));
    const fromEnd = this.#scroll.scrollHeight - this.#scroll.scrollTop;
    const before = this.#log.firstElementChild;
    arrange(this.#log, rowsOf(conversation, model), { make, update });
    if (this.#follows) {
      this.#settle();
    } else if (before !== null && this.#log.firstElementChild !== before) {
      this.#scroll.scrollTop = this.#scroll.scrollHeight - fromEnd;
    }
  }
}
