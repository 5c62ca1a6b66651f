/**
 * Folding (W49 to W52): what a message has become through its amendments. An amendment is an ordinary publication whose data is an
 * object with `amend`, and which names a message before it in the same log: {"amend": {epoch, offset, and one of edit,
 * delete, react, unreact}}. Pure: the same amendments make the same of a message, in whatever order they were heard of.
 */

/** Most characters of one reaction. */
const VALUE_LENGTH = 64;
/** Most reactions of one user to one message. */
const VALUES = 20;
const IDENTITY = ['userId', 'username', 'channel'];

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const isReaction = (value) => typeof value === 'string' && value !== '' && value.length <= VALUE_LENGTH;

/** What each kind of amendment must say. */
const KINDS = {
  edit: (value) => value !== null,
  delete: (value) => value === true,
  react: isReaction,
  unreact: isReaction,
};

/** Whether data is meant to amend: it is never a message, whatever else is wrong with it. */
export function isAmendment(data) {
  return isObject(data) && Object.hasOwn(data, 'amend') && !Object.hasOwn(data, 'value');
}

/** A publication as an amendment: {epoch, offset, userId, target, kind, value}; null if it changes nothing. */
export function amendmentOf({ epoch, offset, userId, data }) {
  const { amend } = data;
  if (!isObject(amend) || amend.epoch !== epoch || !Number.isSafeInteger(amend.offset)) {
    return null;
  }
  const [kind, ...others] = Object.keys(amend).filter((key) => key !== 'epoch' && key !== 'offset');
  const known = others.length === 0 && Object.hasOwn(KINDS, kind);
  const sound = known && amend.offset > 0 && amend.offset < offset && KINDS[kind](amend[kind]);
  return sound ? { epoch, offset, userId, target: amend.offset, kind, value: amend[kind] } : null;
}

/** What data says about who said it: an edit does not change that. */
export function identityOf(data) {
  return isObject(data) ? Object.fromEntries(IDENTITY.filter((key) => Object.hasOwn(data, key)).map((key) => [key, data[key]])) : {};
}

function edited(value, identity) {
  if (!isObject(value)) {
    return value;
  }
  return { ...Object.fromEntries(Object.entries(value).filter(([key]) => !IDENTITY.includes(key))), ...identity };
}

/**
 * Folds amendments, in the order of their offsets, into the message that they name, which has an `identity`.
 *
 * Yields `deleted`; `edit`, null or {value} with the data that took the place of the message's; and `reactions`, a map of
 * each reaction to the set of the users who have it, both in the order in which they came.
 */
export function fold({ userId, identity }, amendments) {
  const folded = { deleted: false, edit: null, reactions: new Map() };
  for (const amendment of amendments) {
    const { kind, value } = amendment;
    const own = amendment.userId === userId;
    if (kind === 'delete' && own) {
      return { deleted: true, edit: null, reactions: new Map() };
    } else if (kind === 'edit' && own) {
      folded.edit = { value: edited(value, identity) };
    } else if (kind === 'react') {
      react(folded.reactions, value, amendment.userId);
    } else if (kind === 'unreact') {
      unreact(folded.reactions, value, amendment.userId);
    }
  }
  return folded;
}

function react(reactions, value, userId) {
  const count = [...reactions.values()].filter((users) => users.has(userId)).length;
  if (count < VALUES || reactions.get(value)?.has(userId)) {
    reactions.set(value, (reactions.get(value) ?? new Set()).add(userId));
  }
}

function unreact(reactions, value, userId) {
  const users = reactions.get(value);
  if (users?.delete(userId) && users.size === 0) {
    reactions.delete(value);
  }
}
