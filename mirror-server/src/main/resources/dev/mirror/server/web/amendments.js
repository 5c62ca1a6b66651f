/** Most amendments that one conversation keeps; beyond this those of the messages that are longest ago are let go. */
const KEPT = 2000;
/** Most that are kept of one message. */
const KEPT_OF_ONE = 1000;

/** Of what one user says about one message, later edits and earlier deletes make the others needless. */
const REPLACES = {
  edit: (amendment, other) => amendment.offset > other.offset,
  delete: (amendment, other) => amendment.offset < other.offset,
};

/** What a conversation has heard of amendments, by the message that each names, whether that is known yet or not. */
export class Amendments {
  /** Key of a message → {target, list}; the list is in the order of offsets. */
  #byKey = new Map();
  #count = 0;

  /** The amendments of the message with this key, in the order of their offsets. */
  of(key) {
    return this.#byKey.get(key)?.list ?? [];
  }

  /** Keeps an amendment, once. */
  add(amendment) {
    const key = `${amendment.epoch}:${amendment.target}`;
    const entry = this.#byKey.get(key) ?? { target: amendment.target, list: [] };
    const list = joined(entry.list, amendment);
    if (list === entry.list) {
      return;
    }
    this.#count += list.length - entry.list.length;
    this.#byKey.set(key, { ...entry, list });
    if (this.#count > KEPT) {
      this.#letGo();
    }
  }

  #letGo() {
    const entries = [...this.#byKey].sort(([, a], [, b]) => a.target - b.target);
    for (const [key, { list }] of entries) {
      if (this.#count <= KEPT * 0.9) {
        break;
      }
      this.#byKey.delete(key);
      this.#count -= list.length;
    }
  }
}

/** The list with the amendment in its place; the list itself if that makes no difference. */
function joined(list, amendment) {
  const { kind, userId, offset } = amendment;
  if (list.some((other) => other.offset === offset)) {
    return list;
  }
  const replaces = REPLACES[kind];
  let rest = list;
  if (replaces !== undefined) {
    const other = list.find((each) => each.kind === kind && each.userId === userId);
    if (other !== undefined && !replaces(amendment, other)) {
      return list;
    }
    rest = list.filter((each) => each !== other);
  }
  rest = rest.length < KEPT_OF_ONE ? rest : settled(rest);
  if (rest.length >= KEPT_OF_ONE) {
    return list;
  }
  const at = rest.findLastIndex((other) => other.offset < offset) + 1;
  return rest.toSpliced(at, 0, amendment);
}

/** Only what each user said last about each reaction; what was taken back leaves nothing. */
function settled(list) {
  const last = new Map();
  for (const each of list) {
    const about = each.kind in REPLACES ? [each.kind] : ['reaction', each.value];
    last.set(JSON.stringify([each.userId, ...about]), each);
  }
  return [...last.values()].filter(({ kind }) => kind !== 'unreact').sort((a, b) => a.offset - b.offset);
}
