/** What a log shows, as rows that can be compared: day lines, the line above what is new, gaps, messages. No document. */

import { progressOf } from './marks.js';

/** Messages of one person within this time stand together. */
const TOGETHER_MS = 5 * 60 * 1000;
/** Names that are told of those who have one reaction. */
const NAMES = 12;

const dayName = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });

/** All that a log shows, in order, what is on its way included. */
export function rowsOf(conversation, model) {
  const rows = [];
  let day = null;
  const push = (item) => {
    if (item.kind === 'gap') {
      rows.push({ kind: 'gap', key: item.key, mark: '' });
      return;
    }
    const today = dayName.format(item.ts);
    if (today !== day) {
      day = today;
      rows.push({ kind: 'day', key: `day:${today}:${item.key ?? item.id}`, mark: '', text: today });
    }
    if (item.key !== undefined && item.key === conversation.unreadFrom) {
      rows.push({ kind: 'new', key: 'new', mark: '' });
    }
    rows.push(messageRow(item, rows.at(-1) ?? null, { model, conversation }));
  };
  conversation.items.forEach(push);
  if (!conversation.detached) {
    conversation.outgoing.filter(({ text }) => text !== undefined).forEach(push);
  }
  tellProgress(rows, conversation);
  rows.filter(({ kind }) => kind === 'message').forEach((row) => (row.mark = markOf(row)));
  return rows;
}

function messageRow(item, previous, { model, conversation }) {
  const me = model.me.userId;
  const mine = item.userId === undefined || item.userId === me;
  const userId = mine ? me : item.userId;
  const unverified = typeof item.claim === 'string';
  const name = model.speakerOf({ userId, claim: item.claim });
  const message = conversation.shown(item, me);
  const changes = conversation.changesOf(item);
  const { key, id, epoch, offset, text, raw, ts, reason, edited, deleted } = message;
  return {
    kind: 'message',
    key: mine && id ? `own:${id}` : key,
    epoch,
    offset,
    id,
    ts,
    text,
    raw: raw === true,
    reason: reason ?? '',
    room: conversation.kind === 'room',
    mine,
    userId,
    name,
    unverified,
    first:
      previous === null ||
      previous.kind !== 'message' ||
      previous.userId !== userId ||
      previous.unverified !== unverified ||
      (unverified && previous.name !== name) ||
      ts - previous.ts > TOGETHER_MS,
    state: deleted ? null : stateOf(message, mine, { conversation, changes }),
    edited,
    deleted,
    reactions: [...message.reactions].map(([value, users]) => reactionOf(value, users, { model, changes })),
    failed: changes.find(({ state }) => state === 'failed') ?? null,
    /** Whether it can be changed; what belongs to another epoch can not. */
    open: key !== undefined && !deleted && epoch === conversation.last?.epoch,
    receipt: null,
  };
}

function stateOf(message, mine, { conversation, changes }) {
  if (!mine) {
    return null;
  }
  if (message.state !== undefined) {
    return message.state;
  }
  const changing = changes.some(({ amend, state }) => state === 'sending' && amend.edit !== undefined);
  return changing ? 'sending' : progressOf(message, conversation.theirs);
}

function reactionOf(value, users, { model, changes }) {
  const me = model.me.userId;
  const mine = users.has(me);
  const others = [...users].filter((userId) => userId !== me).map((userId) => model.nameOf(userId));
  const names = [...(mine ? ['you'] : []), ...others];
  const who = names.length > NAMES ? [...names.slice(0, NAMES), `${names.length - NAMES} more`] : names;
  const sending = changes.some(({ amend, state }) => state === 'sending' && amend.react === value);
  return { key: value, value, count: users.size, mine, sending, who: listOf(who) };
}

function listOf(names) {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** In a direct conversation the last own message says in words how far it has come. */
function tellProgress(rows, { kind }) {
  const last = kind === 'direct' ? rows.findLast((row) => row.kind === 'message' && row.mine) : undefined;
  if (last !== undefined && ['stored', 'received', 'read'].includes(last.state)) {
    last.receipt = { stored: 'Stored', received: 'Received', read: 'Read' }[last.state];
  }
}

/** Text that was never edited stays what it was. */
function markOf({ first, state, name, unverified, text, ts, reason, edited, deleted, reactions, failed, open, receipt }) {
  const now = edited ? text : '';
  return JSON.stringify([first, state, name, unverified, now, ts, reason, edited, deleted, reactions, failed?.id, failed?.reason, open, receipt]);
}
