/** Most amendments that one conversation keeps; beyond this reactions are let go, and then what is not known to count. */
const KEPT = 2000;
/** Most that are kept of one message; edits and deletes, of which every user has one, are kept beyond it. */
const KEPT_OF_ONE = 1000;
/** Most reactions of one user to one message that count (W51). */
const VALUES = 20;

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
  #authors;

  /** `authors()`: key of a message → who said it, of those messages that are shown. */
  constructor(authors = () => new Map()) {
    this.#authors = authors;
  }

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

  /** What the author did to a message that is shown stays, or it would be shown again as it was. */
  #letGo() {
    const authors = this.#authors();
    this.#keepOnly(({ kind }) => kind in REPLACES);
    this.#keepOnly(({ kind, userId }, key) => kind in REPLACES && authors.get(key) === userId);
  }

  /** Keeps only some, where they name the messages that are longest ago, until there is room. */
  #keepOnly(stays) {
    for (const [key, { target, list }] of [...this.#byKey].sort(([, a], [, b]) => a.target - b.target)) {
      if (this.#count <= KEPT * 0.9) {
        return;
      }
      const kept = list.filter((each) => stays(each, key));
      this.#count -= list.length - kept.length;
      if (kept.length === 0) {
        this.#byKey.delete(key);
      } else {
        this.#byKey.set(key, { target, list: kept });
      }
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
  const at = rest.findLastIndex((other) => other.offset < offset) + 1;
  const all = rest.toSpliced(at, 0, amendment);
  if (all.length <= KEPT_OF_ONE) {
    return all;
  }
  const counting = settled(all);
  return kind === 'react' && counting.length > KEPT_OF_ONE ? list : counting;
}

/** Only what counts: reactions that were not taken back, so many of each user; edits and deletes are one each already. */
function settled(list) {
  const reactions = new Map();
  for (const each of list.filter(({ kind }) => !(kind in REPLACES))) {
    const own = reactions.get(each.userId) ?? new Map();
    reactions.set(each.userId, own);
    if (each.kind === 'unreact') {
      own.delete(each.value);
    } else if (own.size < VALUES && !own.has(each.value)) {
      own.set(each.value, each);
    }
  }
  const kept = [...reactions.values()].flatMap((own) => [...own.values()]);
  return [...list.filter(({ kind }) => kind in REPLACES), ...kept].sort((a, b) => a.offset - b.offset);
}
