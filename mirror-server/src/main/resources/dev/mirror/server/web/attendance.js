/** Who is here (W45): watches the room that is open, or the own room of the other user of a direct conversation. */
export class Attendance {
  #wire;
  #model;
  #clock;
  #changed;
  #conversation = null;
  #channel = null;
  /** The version of the members as they are known; null while they are asked for. */
  #version = null;

  constructor({ wire, model, clock, changed }) {
    this.#wire = wire;
    this.#model = model;
    this.#clock = clock;
    this.#changed = changed;
  }

  /** Watches for this conversation instead of the one before; for none if it is null. */
  watch(conversation) {
    if (this.#channel !== null) {
      this.#wire.tell({ code: 'presence.unwatch', channel: this.#channel });
      this.#conversation.members = null;
    }
    this.#conversation = conversation;
    this.#channel = null;
    this.resumed();
  }

  /** Every session is subscribed to its user's own room (W21), so that room tells whether the user is there. */
  resumed() {
    const conversation = this.#conversation;
    const room = conversation?.kind === 'direct' ? this.#model.roomOf(conversation.peer) : conversation?.channel;
    this.#channel = room ?? null;
    this.#version = null;
    if (this.#channel === null || !this.#wire.online) {
      return;
    }
    const answered = (frame) => {
      if (this.#conversation !== conversation) {
        return;
      }
      this.#version = frame.data?.version ?? 0;
      conversation.members = new Map();
      for (const { userId, name } of frame.data?.members ?? []) {
        this.#joined(userId, name);
      }
      this.#changed(conversation);
    };
    this.#wire.request({ code: 'presence.watch', channel: this.#channel }).then(answered, () => {});
  }

  /** A name may have become known, and with it the room to watch. */
  learned() {
    if (this.#conversation?.kind === 'direct' && this.#channel === null) {
      this.resumed();
    }
  }

  /** Changes have versions without a hole: after a missed one the members are asked for again. */
  event({ channel, userId, data }) {
    if (channel !== this.#channel || this.#version === null || data?.version <= this.#version) {
      return;
    }
    if (data?.version !== this.#version + 1) {
      this.resumed();
      return;
    }
    this.#version = data.version;
    if (data.joined === true) {
      this.#joined(userId, data.name);
    } else {
      this.#left(userId);
    }
    this.#changed(this.#conversation);
  }

  #joined(userId, name) {
    this.#model.meet(userId, name, null);
    this.#conversation.members.set(userId, name ?? userId);
  }

  #left(userId) {
    this.#conversation.members.delete(userId);
    this.#conversation.typing.delete(userId);
    if (userId === this.#conversation.peer) {
      this.#conversation.peerSeen = this.#clock.now();
    }
  }
}
