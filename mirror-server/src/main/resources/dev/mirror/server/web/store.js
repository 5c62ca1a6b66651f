/** What the browser keeps for one user: positions and marks in every tab, unsent messages in this one only. */

const prefix = 'mirror.';

function read(storage, key) {
  try {
    return JSON.parse(storage.getItem(key) ?? 'null');
  } catch {
    return null;
  }
}

function write(storage, key, value) {
  try {
    storage.setItem(key, JSON.stringify(value));
  } catch {
    // Full, or not allowed: the page works without, a reload just remembers less.
  }
}

export class Store {
  #key;

  constructor(userId) {
    this.#key = prefix + userId;
  }

  load() {
    return read(localStorage, this.#key);
  }

  save(snapshot) {
    write(localStorage, this.#key, snapshot);
  }

  loadOutgoing() {
    const outgoing = read(sessionStorage, this.#key);
    return Array.isArray(outgoing) ? outgoing : [];
  }

  saveOutgoing(outgoing) {
    write(sessionStorage, this.#key, outgoing);
  }

  /** Text that was never sent does not stay on a machine after its writer has logged out. */
  forgetOutgoing() {
    sessionStorage.removeItem(this.#key);
  }
}
