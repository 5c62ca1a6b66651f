/** Asks who the other users of direct conversations are, where nothing they said has told it yet. */
export class People {
  #find;
  #model;
  #changed;
  #asked = new Set();
  #asking = false;

  /** `find(id)` promises `{UserId, Username, ChannelId}`, or null. */
  constructor({ find, model, changed }) {
    this.#find = find;
    this.#model = model;
    this.#changed = changed;
  }

  /** One question at a time, and once for each user. */
  async learn() {
    if (this.#asking) {
      return;
    }
    this.#asking = true;
    for (let next = this.#unknown(); next !== undefined; next = this.#unknown()) {
      this.#asked.add(next.peer);
      const found = await this.#find(next.peer).catch(() => null);
      if (found !== null) {
        this.#model.meet(found.UserId, found.Username, found.ChannelId);
        this.#changed(next);
      }
    }
    this.#asking = false;
  }

  #unknown() {
    return [...this.#model.conversations.values()].find(
      ({ peer }) => peer !== null && !this.#asked.has(peer) && this.#model.roomOf(peer) === null,
    );
  }
}
