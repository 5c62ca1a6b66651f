/** What can be done about one message: a dialog beside it, or at the foot of a phone. */

import { el } from './dom.js';

const REACTIONS = ['👍', '❤️', '😂', '🎉', '😮', '😢'];
const NAMES = new Map([
  ['👍', 'Thumbs up'],
  ['❤️', 'Heart'],
  ['😂', 'Laughing'],
  ['🎉', 'Party'],
  ['😮', 'Surprised'],
  ['😢', 'Sad'],
]);
/** Reactions that are offered, those that others chose included. */
const OFFERED = 18;
const GAP = 6;

export class ActionsView {
  #dialog;
  #row = null;
  /** Where the button is that opened it; null on a phone. */
  #near = null;

  /** `did(what, row, value)` is told of `react`, `edit` and `remove`. */
  constructor(dialog, did) {
    this.#dialog = dialog;
    const close = () => dialog.close();
    this.#part('reactions').addEventListener('click', (event) => {
      const button = event.target.closest('button');
      if (button !== null) {
        close();
        did('react', this.#row, button.dataset.value);
      }
    });
    this.#part('edit').addEventListener('click', () => {
      close();
      did('edit', this.#row);
    });
    this.#part('remove').addEventListener('click', () => {
      this.#sure(true);
      this.#place(); // It has grown.
    });
    this.#part('sure').addEventListener('click', () => {
      close();
      did('remove', this.#row);
    });
  }

  #part(name) {
    return this.#dialog.querySelector(`#actions-${name}`);
  }

  /** The focus goes back to the button when the dialog closes. `beside` is false on a phone. */
  open(row, button, beside) {
    this.#row = row;
    const chosen = new Map(row.reactions.map(({ value, mine }) => [value, mine]));
    const offered = [...new Set([...REACTIONS, ...chosen.keys()])].slice(0, OFFERED);
    this.#part('reactions').replaceChildren(...offered.map((value) => reaction(value, chosen.get(value) === true)));
    this.#part('edit').hidden = !row.mine || row.raw;
    this.#part('remove').hidden = !row.mine;
    this.#sure(false);
    this.#dialog.showModal();
    this.#near = beside ? button.getBoundingClientRect() : null;
    this.#place();
  }

  /** To delete takes two steps: there is no way back. */
  #sure(asked) {
    this.#part('sure').hidden = !asked;
    this.#part('warning').textContent = asked ? 'It is deleted for everybody, and does not come back.' : '';
    if (asked) {
      this.#part('remove').hidden = true;
      this.#part('sure').focus();
    }
  }

  #place() {
    const near = this.#near;
    const { style } = this.#dialog;
    this.#dialog.classList.toggle('near', near !== null);
    if (near === null) {
      style.removeProperty('top');
      style.removeProperty('left');
      return;
    }
    const { width, height } = this.#dialog.getBoundingClientRect();
    const below = near.bottom + GAP + height < innerHeight;
    style.top = `${Math.max(GAP, below ? near.bottom + GAP : near.top - GAP - height)}px`;
    style.left = `${Math.max(GAP, Math.min(near.left, innerWidth - width - GAP))}px`;
  }
}

function reaction(value, mine) {
  const button = el('button', { type: 'button', class: 'quiet', 'data-value': value, 'aria-pressed': String(mine) }, el('bdi', { text: value }));
  if (NAMES.has(value)) {
    button.setAttribute('aria-label', NAMES.get(value));
    button.title = NAMES.get(value);
  }
  return button;
}
