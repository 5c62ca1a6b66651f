/** The grammar of names (W7), as far as this page needs it. */

const ID = /^[A-Za-z0-9_-]{1,64}$/;

export function isId(text) {
  return typeof text === 'string' && ID.test(text) && !text.endsWith('-pnpres');
}

/** The two ids of a direct channel, or null if the name is not that of one. */
export function pairOf(channel) {
  const ids = String(channel).split('.');
  return ids.length === 2 && ids.every(isId) ? ids : null;
}

/** The other user of a direct channel, or null if `me` is not one of the two. */
export function peerOf(channel, me) {
  const pair = pairOf(channel);
  if (pair === null || !pair.includes(me)) {
    return null;
  }
  return pair[0] === me ? pair[1] : pair[0];
}

/** The conversation that the address bar names (`#c=ROOM` or `#u=USER`), or null. */
export function parseHash(hash) {
  const match = /^#([cu])=(.+)$/.exec(hash);
  return match !== null && isId(match[2]) ? { kind: match[1] === 'c' ? 'room' : 'direct', id: match[2] } : null;
}

export function hashOf(conversation) {
  return conversation.kind === 'room' ? `#c=${conversation.channel}` : `#u=${conversation.peer}`;
}
