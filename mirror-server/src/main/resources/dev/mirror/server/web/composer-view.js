/** Where one writes: a new message, or another text for one that was said. */

const $ = (selector) => document.querySelector(selector);

export class ComposerView {
  #text = $('#text');
  #editing = false;
  /** What was being written when an edit began. */
  #draft = '';

  /**
   * `send(text)` and `change(text)` tell whether it was taken; `typed(text)`; `tooLong(text)` gives a sentence or null;
   * `sent()` when there is something new at the end.
   */
  constructor({ send, change, typed, tooLong, sent }) {
    const text = this.#text;
    text.addEventListener('keydown', (event) => {
      // An input method uses Enter to choose; that is not for us.
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        $('#composer').requestSubmit();
      } else if (event.key === 'Escape' && this.#editing) {
        event.preventDefault();
        this.#endEdit();
      }
    });
    text.addEventListener('input', () => {
      this.#fit();
      this.note(tooLong(text.value));
      if (!this.#editing) {
        typed(text.value);
      }
    });
    $('#editing-cancel').addEventListener('click', () => this.#endEdit());
    $('#composer').addEventListener('submit', (event) => {
      event.preventDefault();
      if (text.value.trim() === '') {
        return;
      }
      if (this.#editing) {
        if (change(text.value)) {
          this.#endEdit();
        }
      } else if (send(text.value)) {
        this.#say('');
        sent();
      }
      text.focus();
    });
  }

  note(sentence) {
    $('#composer-note').textContent = sentence ?? '';
  }

  /** Begins anew, for another conversation. */
  open(draft) {
    this.#edits(false);
    this.#say(draft);
    this.note(null);
  }

  /** Takes the text of a message, to be changed. */
  edit(text) {
    this.#draft = this.#editing ? this.#draft : this.#text.value;
    this.#edits(true);
    this.#say(text);
    this.#text.focus();
  }

  #endEdit() {
    this.#edits(false);
    this.#say(this.#draft);
    this.note(null);
    this.#text.focus();
  }

  #edits(editing) {
    this.#editing = editing;
    $('#editing').hidden = !editing;
  }

  #say(text) {
    this.#text.value = text;
    this.#fit();
  }

  #fit() {
    this.#text.rows = Math.min(6, this.#text.value.split('\n').length);
  }
}
