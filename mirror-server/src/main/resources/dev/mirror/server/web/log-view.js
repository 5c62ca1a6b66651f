/** What was said in one conversation. Tab reaches its messages once; the arrow keys move among them. */

import { arrange } from './dom.js';
import { makeRow, updateRow } from './message-view.js';
import { rowsOf } from './rows.js';

/** The log of the conversation that is open. Keeps to the end while the reader is there, and to their place otherwise. */
export class LogView {
  #scroll;
  #log;
  #shown = null;
  #follows = true;

  /**
   * `did(what, {row, id, value, button})` is told of `retry`, `discard`, `react` and `more`; `moved()` when the reader
   * arrived at, or left, the end.
   */
  constructor({ scroll, log, did, moved }) {
    this.#scroll = scroll;
    this.#log = log;
    log.addEventListener('click', (event) => {
      const button = event.target.closest('button[data-do]');
      if (button !== null) {
        const { do: what, id, value } = button.dataset;
        did(what, { row: button.closest('.message').row, id, value, button });
      }
    });
    log.addEventListener('keydown', (event) => this.#move(event));
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
    const within = this.#log.contains(document.activeElement);
    this.#steadily(() => arrange(this.#log, rowsOf(conversation, model), { make: makeRow, update: updateRow }));
    if (within && !this.#log.contains(document.activeElement)) {
      this.#scroll.focus({ preventScroll: true }); // What had the focus is gone.
    }
    this.#stopAt(document.activeElement);
  }

  /** Whatever comes, goes or grows above it: what the reader looks at stays where it is. */
  #steadily(change) {
    const { top } = this.#scroll.getBoundingClientRect();
    const isSeen = (element) => element.getBoundingClientRect().bottom > top;
    const anchor = this.#follows ? null : ([...this.#log.querySelectorAll('.message')].find(isSeen) ?? null);
    const before = anchor?.getBoundingClientRect().top;
    change();
    if (this.#follows) {
      this.#settle();
    } else if (anchor?.isConnected) {
      this.#scroll.scrollTop += anchor.getBoundingClientRect().top - before;
    }
  }

  /** The one button that Tab reaches: where the focus is, or else the newest message's. */
  #stopAt(focused) {
    const buttons = [...this.#log.querySelectorAll('.more:not([hidden]), .chip')];
    const stop = buttons.includes(focused) ? focused : buttons.findLast((button) => button.classList.contains('more'));
    buttons.forEach((button) => (button.tabIndex = button === stop ? 0 : -1));
  }

  /** Up and down from message to message, left and right within one. */
  #move(event) {
    const from = event.target.closest('.more, .chip');
    const messages = [...this.#log.querySelectorAll('.message:has(.more:not([hidden]))')];
    const at = messages.indexOf(event.target.closest('.message'));
    const sideways = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: messages.length - 1 }[event.key];
    if (from === null || at < 0 || (to === undefined && sideways === undefined)) {
      return;
    }
    event.preventDefault();
    let next = messages[Math.max(0, Math.min(to, messages.length - 1))]?.querySelector('.more');
    if (sideways !== undefined) {
      const within = [...messages[at].querySelectorAll('.more, .chip')];
      next = within[(within.indexOf(from) + sideways + within.length) % within.length];
    }
    this.#stopAt(next);
    next.focus();
  }
}
