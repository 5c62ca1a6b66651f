/** The list of conversations. Tab reaches it once; the arrow keys move in it. */

import { arrange, el, paintAvatar } from './dom.js';
import { timeOf } from './message-view.js';

const dayShort = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

function whenOf(ts, now) {
  return new Date(ts).toDateString() === new Date(now).toDateString() ? timeOf(ts) : dayShort.format(ts);
}

function previewOf(conversation, model) {
  const said = conversation.newest;
  if (said === null) {
    return conversation.kind === 'room' ? 'Channel' : 'Direct messages';
  }
  const shown = conversation.shown(said, model.me.userId);
  const text = shown.deleted ? 'Message deleted' : shown.text.slice(0, 120).replaceAll(/\s+/g, ' ');
  if (typeof said.claim === 'string') {
    return `${said.claim} (unverified): ${text}`;
  }
  if (said.userId === undefined || said.userId === model.me.userId) {
    return `You: ${text}`;
  }
  return conversation.kind === 'room' ? `${model.nameOf(said.userId)}: ${text}` : text;
}

function make() {
  const head = el('span', { class: 'head' }, el('bdi', { class: 'name' }), el('time'));
  const foot = el('span', { class: 'foot' }, el('span', { class: 'preview', dir: 'auto' }), el('span', { class: 'badge' }));
  const button = el('button', { type: 'button', class: 'entry' }, el('span'), el('span', { class: 'lines' }, head, foot));
  return el('li', {}, button);
}

function update(element, row) {
  const button = element.firstElementChild;
  const { conversation, title, preview, when, open } = row;
  paintAvatar(button.firstElementChild, title, conversation.peer ?? conversation.channel, conversation.kind === 'room');
  button.querySelector('.name').textContent = title;
  button.querySelector('.preview').textContent = preview;
  button.querySelector('time').textContent = when;
  const badge = button.querySelector('.badge');
  badge.replaceChildren();
  if (conversation.unread > 0) {
    badge.append(conversation.unread > 99 ? '99+' : String(conversation.unread), el('span', { class: 'unseen', text: ' unread' }));
  }
  button.classList.toggle('unread', conversation.unread > 0);
  if (open) {
    button.setAttribute('aria-current', 'true');
  } else {
    button.removeAttribute('aria-current');
  }
}

export class ListView {
  #list;

  constructor(list, open) {
    this.#list = list;
    list.addEventListener('click', (event) => {
      const entry = event.target.closest('li');
      if (entry !== null) {
        open(entry.dataset.key);
      }
    });
    list.addEventListener('keydown', (event) => this.#move(event));
  }

  show(model, openKey, now) {
    const rows = model.sorted().map((conversation) => {
      const ts = conversation.newest?.ts ?? conversation.active;
      const row = {
        key: conversation.key,
        title: model.titleOf(conversation),
        preview: previewOf(conversation, model),
        when: ts === 0 ? '' : whenOf(ts, now),
        open: conversation.key === openKey,
        conversation,
      };
      return { ...row, mark: [row.title, row.preview, row.when, row.open, conversation.unread].join('\n') };
    });
    arrange(this.#list, rows, { make, update });
    const stop = this.#list.querySelector('[aria-current]') ?? this.#list.querySelector('button');
    const within = this.#list.contains(document.activeElement);
    for (const button of this.#buttons()) {
      button.tabIndex = (within ? button === document.activeElement : button === stop) ? 0 : -1;
    }
  }

  /** Puts the focus on the open conversation, or the first. */
  focus() {
    this.#list.querySelector('[tabindex="0"]')?.focus();
  }

  #buttons() {
    return [...this.#list.querySelectorAll('button')];
  }

  #move(event) {
    const buttons = this.#buttons();
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || to === undefined) {
      return;
    }
    event.preventDefault();
    const next = buttons[Math.max(0, Math.min(to, buttons.length - 1))];
    buttons.forEach((button) => (button.tabIndex = button === next ? 0 : -1));
    next.focus();
  }
}
