/** Each export is a test of folding: what a message becomes through amendments, whenever and in whatever order they come. */

import { Amendments } from '/amendments.js';
import { Conversation, WINDOW, entryOf, isOutgoing } from '/conversation.js';
import { amendmentOf, fold, isAmendment } from '/folding.js';
import { Model } from '/model.js';
import { rowsOf } from '/rows.js';
import { check, equal } from './fakes.js';

const said = (offset, userId = 'ann', text = `t${offset}`, epoch = 'e') =>
  ({ epoch, offset, userId, id: `i${offset}`, ts: offset, data: { value: text } });
const amend = (offset, target, change, userId = 'ann', epoch = 'e') =>
  ({ epoch, offset, userId, id: `i${offset}`, ts: offset, data: { amend: { epoch, offset: target, ...change } } });

/** The examples that the server's side folds, too. */
export async function w52_theSharedExamplesFoldAsTheyShould() {
  const { cases } = await (await fetch('/test/folding-vectors.json')).json();
  check(cases.length > 20, 'examples');
  const sorted = (value) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]))
      : value;
  for (const { name, publications, messages } of cases) {
    const twice = [...publications, ...publications];
    for (const order of [publications, publications.toReversed(), twice, twice.toReversed()]) {
      equal(sorted(foldedAll(order)), sorted(messages), name);
    }
  }
}

/** All that is shown of publications, in the form of the examples. */
function foldedAll(publications) {
  const amendments = new Amendments();
  const originals = new Map();
  for (const each of publications.map((publication) => ({ ...publication, epoch: 'e' }))) {
    const entry = entryOf(each);
    if (entry.kind === 'message') {
      originals.set(each.offset, { ...entry, data: each.data });
    } else if (entry.amendment !== null) {
      amendments.add(entry.amendment);
    }
  }
  return [...originals.values()].sort((a, b) => a.offset - b.offset).map((message) => {
    const { offset, userId, data } = message;
    const { deleted, edit, reactions } = fold(message, amendments.of(message.key));
    return {
      offset,
      userId,
      ...(deleted ? { deleted } : { data: edit === null ? data : edit.value }),
      ...(edit === null ? {} : { edited: true }),
      ...(reactions.size === 0 ? {} : { reactions: Object.fromEntries([...reactions].map(([value, users]) => [value, [...users]])) }),
    };
  });
}

/** What is shown of a conversation: text, marks and reactions of each message. */
function shown(conversation) {
  return conversation.items
    .map((item) => conversation.shown(item, 'me'))
    .map(({ offset, text, edited, deleted, reactions }) =>
      [offset, deleted ? null : text, edited, [...reactions].map(([value, users]) => [value, [...users].sort()])]);
}

function folded(events) {
  const list = events.map(amendmentOf).filter((each) => each !== null);
  const { deleted, edit, reactions } = fold({ userId: 'ann', identity: {} }, list);
  return [deleted, edit?.value ?? null, [...reactions].map(([value, users]) => [value, [...users]])];
}

export function anEditCountsOnlyByWhoSaidIt() {
  equal(folded([amend(2, 1, { edit: 'a' }), amend(3, 1, { edit: 'b' }, 'bob')]), [false, 'a', []], 'edits');
}

export function theLastEditWins() {
  equal(folded([amend(2, 1, { edit: 'a' }), amend(3, 1, { edit: 'b' })]), [false, 'b', []], 'edits');
}

export function nothingAmendsADeletedMessage() {
  const list = [amend(2, 1, { react: 'x' }, 'bob'), amend(3, 1, { delete: true }), amend(4, 1, { edit: 'z' }), amend(5, 1, { react: 'y' })];
  equal(folded(list), [true, null, []], 'folded');
  equal(folded([amend(2, 1, { delete: true }, 'bob')]), [false, null, []], 'not by another');
}

export function reactionsAreASetOfValueAndUser() {
  const list = [
    amend(2, 1, { react: 'x' }, 'bob'), amend(3, 1, { react: 'x' }, 'bob'), amend(4, 1, { react: 'x' }), amend(5, 1, { react: 'y' }),
    amend(6, 1, { unreact: 'x' }, 'bob'), amend(7, 1, { unreact: 'y' }, 'bob'),
  ];
  equal(folded(list), [false, null, [['x', ['ann']], ['y', ['ann']]]], 'reactions');
}

export function aUserHas20ReactionsToAMessageAtMost() {
  const many = Array.from({ length: 25 }, (_, i) => amend(i + 2, 1, { react: `r${i}` }, 'bob'));
  equal(folded(many)[2].length, 20, 'reactions');
  equal(folded([...many, amend(90, 1, { react: 'r0' }), amend(91, 1, { unreact: 'r3' }, 'bob'), amend(92, 1, { react: 'z' }, 'bob')])[2].length, 20, 'room again');
}

export function whatIsNoSoundAmendmentChangesNothing() {
  const odd = [
    null, 5, 'x', [], {}, { epoch: 'e', offset: 1 }, { epoch: 'f', offset: 1, edit: 'x' }, { epoch: 'e', offset: '1', edit: 'x' },
    { epoch: 'e', offset: 9, edit: 'x' }, { epoch: 'e', offset: 10, edit: 'x' }, { epoch: 'e', offset: 0, edit: 'x' },
    { epoch: 'e', offset: 1, delete: false }, { epoch: 'e', offset: 1, delete: 'true' }, { epoch: 'e', offset: 1, react: '' },
    { epoch: 'e', offset: 1, react: 'x'.repeat(65) }, { epoch: 'e', offset: 1, react: 7 }, { epoch: 'e', offset: 1, edit: 'x', delete: true },
    { epoch: 'e', offset: 1.5, edit: 'x' }, { epoch: 'e', offset: 1, edit: null }, { epoch: 'e', offset: 1, edit: 'x', more: 1 }, { epoch: 'e', offset: 1, constructor: 'x' },
  ];
  for (const each of odd) {
    const event = { ...said(9), data: { amend: each } };
    check(isAmendment(event.data), 'it is not shown');
    equal(amendmentOf(event), null, JSON.stringify(each));
  }
  [null, 'amend', ['amend'], { value: 'x', amend: {} }, { amended: 1 }].forEach((data) => check(!isAmendment(data), JSON.stringify(data)));
}

/** Numbers that look like chance and are the same every time. */
function chance(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function chanceLog(next, length) {
  return Array.from({ length }, (_, i) => {
    const offset = i + 1;
    const user = ['ann', 'bob', 'cy'][next(3)];
    const target = 1 + next(offset);
    const value = ['x', 'y', 'z'][next(3)];
    const edit = { edit: { value: `e${offset}` } };
    const changes = [edit, edit, { delete: true }, { react: value }, { react: value }, { unreact: value }];
    return next(3) === 0 ? said(offset, user) : amend(offset, target, changes[next(changes.length)], user);
  });
}

/** Reads a log as the page does: the newest page, then older ones; the rest comes live. */
function read(log, { live, page }) {
  const conversation = Conversation.room('room');
  const stored = log.slice(0, log.length - live).map(entryOf);
  const end = { epoch: 'e', offset: stored.length };
  conversation.latest(stored.slice(Math.max(0, stored.length - page)), { first: 1, end });
  log.slice(log.length - live).forEach((event) => conversation.arrive(entryOf(event)));
  while (conversation.hasOlder) {
    const to = conversation.oldest.offset - 1;
    conversation.older(stored.slice(Math.max(0, to - page), to), { first: 1 });
  }
  return shown(conversation);
}

export function itDoesNotMatterWherePagesAreCutNorInWhichDirectionTheyAreRead() {
  const met = { edited: 0, deleted: 0, reactions: 0 };
  for (let seed = 1; seed <= 60; seed += 1) {
    const next = chance(seed);
    const log = chanceLog(next, 60);
    const straight = Conversation.room('room');
    log.forEach((event) => straight.arrive(entryOf(event)));
    const expected = JSON.stringify(shown(straight));
    for (const [, text, edited, reactions] of shown(straight)) {
      met.edited += edited ? 1 : 0;
      met.deleted += text === null ? 1 : 0;
      met.reactions += reactions.length;
    }
    for (const cut of [{ live: 0, page: 7 }, { live: 0, page: 1 }, { live: 20, page: 5 }, { live: 45, page: 3 }, { live: 0, page: 60 }]) {
      equal(JSON.stringify(read(log, cut)), expected, `seed ${seed}, ${JSON.stringify(cut)}`);
    }
  }
  check(Object.values(met).every((count) => count > 30), `all of it was there: ${JSON.stringify(met)}`);
}

export function anAmendmentOfWhatWasNotReadYetWaitsForIt() {
  const room = Conversation.room('room');
  room.latest([amend(8, 3, { edit: { value: 'new' } }), said(9)].map(entryOf), { first: 1, end: { epoch: 'e', offset: 9 } });
  equal([room.items.length, room.oldest.offset, room.hasOlder], [1, 8, true], 'the page begins with the amendment');
  room.older([said(3), said(4)].map(entryOf), { first: 1 });
  equal(shown(room).map(([, text]) => text), ['new', 't4', 't9'], 'texts');
}

export function aPageOfNothingButAmendmentsIsReadBeyond() {
  const room = Conversation.room('room');
  room.latest([amend(8, 3, { react: 'x' }), amend(9, 3, { react: 'y' })].map(entryOf), { first: 1, end: { epoch: 'e', offset: 9 } });
  equal([room.items.length, room.oldest.offset, room.hasOlder], [0, 8, true], 'there is more');
}

export function aMessageThatLeftTheWindowComesBackAsItWasAmended() {
  const room = Conversation.room('room');
  for (let offset = 1; offset <= WINDOW; offset += 1) {
    room.arrive(entryOf(said(offset)));
  }
  room.arrive(entryOf(amend(WINDOW + 1, 1, { edit: { value: 'late' } })));
  for (let offset = WINDOW + 2; offset <= WINDOW + 20; offset += 1) {
    room.arrive(entryOf(said(offset)));
  }
  equal([room.items[0].offset, room.oldest.offset, room.hasOlder], [20, 20, true], 'the window moved on');
  room.older([said(1)].map(entryOf), { first: 1 });
  equal(shown(room)[0].slice(0, 3), [1, 'late', true], 'the oldest');
}

export function anAmendmentIsNoMessage() {
  const room = Conversation.room('room');
  room.arrive(entryOf(said(1)));
  check(room.arrive(entryOf(amend(2, 1, { react: 'x' }))), 'it is new');
  check(!room.arrive(entryOf(amend(2, 1, { react: 'x' }))), 'once');
  equal([room.items.length, room.last.offset, room.seen.offset], [1, 1, 2], 'items, the last, and what was seen');
}

export function whatIsKeptOfAmendmentsIsBounded() {
  const amendments = new Amendments();
  for (let i = 0; i < 9000; i += 1) {
    amendments.add(amendmentOf(amend(20000 + i, i + 1, { react: 'x' })));
  }
  const kept = Array.from({ length: 9000 }, (_, i) => amendments.of(`e:${i + 1}`).length).reduce((a, b) => a + b, 0);
  check(kept <= 2000 && amendments.of('e:9000').length === 1 && amendments.of('e:1').length === 0, `${kept} kept, the newest messages'`);
  for (let i = 0; i < 5000; i += 1) {
    amendments.add(amendmentOf(amend(40000 + i, 9500, i % 2 === 0 ? { react: 'x' } : { unreact: 'x' })));
  }
  amendments.add(amendmentOf(amend(60000, 9500, { react: 'y' })));
  const { reactions } = fold({ userId: 'ann' }, amendments.of('e:9500'));
  check(amendments.of('e:9500').length <= 1000, 'of one message');
  equal([...reactions.keys()], ['y'], 'and it is still right');
}

export function w50_aDeletedMessageStaysDeletedWhateverIsSaidOfOthers() {
  const room = Conversation.room('room');
  for (let offset = 1; offset <= 20; offset += 1) {
    room.arrive(entryOf(said(offset)));
  }
  room.arrive(entryOf(amend(21, 1, { delete: true })));
  room.arrive(entryOf(amend(22, 2, { edit: { value: 'better' } })));
  for (let offset = 23; offset <= 2600; offset += 1) {
    room.arrive(entryOf(amend(offset, 3 + (offset % 18), { react: `r${offset % 1000}` }, `u${offset}`)));
  }
  equal(shown(room).slice(0, 2).map(([, text]) => text), [null, 'better'], 'after many reactions');
  for (let offset = 3000; offset <= 6000; offset += 1) {
    room.arrive(entryOf(amend(offset, 3 + (offset % 18), { delete: true }, `u${offset}`)));
  }
  equal(shown(room).slice(0, 3).map(([, text]) => text), [null, 'better', 't3'], 'after many deletes that do not count');
}

export function w50_aDeleteIsTakenHoweverManyReactionsTheMessageHas() {
  const room = Conversation.room('room');
  room.arrive(entryOf(said(1)));
  for (let offset = 2; offset <= 1500; offset += 1) {
    room.arrive(entryOf(amend(offset, 1, { react: `r${offset}` }, `u${offset}`)));
  }
  room.arrive(entryOf(amend(1600, 1, { unreact: 'r2' }, 'u2')));
  check(!room.shown(room.items[0], 'me').reactions.has('r2'), 'what was taken back is gone');
  room.arrive(entryOf(amend(1601, 1, { edit: { value: 'better' } })));
  equal(shown(room)[0][1], 'better', 'edited');
  room.arrive(entryOf(amend(1602, 1, { delete: true })));
  equal(shown(room)[0][1], null, 'deleted');
}

export function w51_whatAUserHasBeyond20ReactionsIsNotKept() {
  const amendments = new Amendments();
  for (let offset = 2; offset <= 1500; offset += 1) {
    amendments.add(amendmentOf(amend(offset, 1, { react: `r${offset}` }, 'bob')));
  }
  amendments.add(amendmentOf(amend(1600, 1, { react: 'x' }, 'cy')));
  const { reactions } = fold({ userId: 'ann' }, amendments.of('e:1'));
  equal([reactions.size, reactions.has('r2'), reactions.has('r21'), reactions.has('r22'), reactions.has('x')], [21, true, true, false, true], 'reactions');
  check(amendments.of('e:1').length <= 1000, 'few are kept');
}

export function whatTheUserChangesCountsAtOnceUntilItIsRefused() {
  const room = Conversation.room('room');
  room.arrive(entryOf(said(1, 'me')));
  const waiting = { id: 'w', amend: { epoch: 'e', offset: 1, edit: { value: 'mine' } }, ts: 2, state: 'sending' };
  room.say(waiting);
  equal(shown(room)[0].slice(0, 3), [1, 'mine', true], 'while it is sent');
  waiting.state = 'failed';
  equal(shown(room)[0].slice(0, 3), [1, 't1', false], 'after a refusal');
  equal(room.changesOf(room.items[0]).length, 1, 'it can be tried again');
}

const talk = () => {
  const model = new Model({ userId: 'me', name: 'Me', room: 'mine' });
  model.meet('bob', 'Bob', 'bobs');
  const bob = model.direct('bob');
  [said(1, 'me'), said(2, 'bob')].forEach((event) => model.take(bob, entryOf(event)));
  return { model, bob, rows: () => rowsOf(bob, model).filter(({ kind }) => kind === 'message') };
};

export function whatIsChangedSaysSoUntilItIsStoredOrRefused() {
  const { model, bob, rows } = talk();
  const edit = { id: 'w', amend: { epoch: 'e', offset: 1, edit: { value: 'new' } }, ts: 3, state: 'sending' };
  bob.say(edit);
  equal(rows().map(({ text, state, failed }) => [text, state, failed]), [['new', 'sending', null], ['t2', null, null]], 'under way');
  Object.assign(edit, { state: 'failed', reason: 'Because.' });
  equal(rows().map(({ text, state, failed }) => [text, state, failed?.reason]), [['t1', 'read', 'Because.'], ['t2', null, undefined]], 'refused');
  edit.state = 'sending';
  model.stored(bob, edit, { epoch: 'e', offset: 3, data: { ts: 3 } });
  equal(rows().map(({ text, edited, failed }) => [text, edited, failed]), [['new', true, null], ['t2', false, null]], 'stored');
  equal(bob.outgoing, [], 'nothing waits');
}

export function aReactionUnderWayIsShownOnce() {
  const { model, bob, rows } = talk();
  const wish = { id: 'w', amend: { epoch: 'e', offset: 2, react: 'x' }, ts: 3, state: 'sending' };
  bob.say(wish);
  const reactions = () => rows()[1].reactions.map(({ value, count, mine, sending, who }) => [value, count, mine, sending, who]);
  equal(reactions(), [['x', 1, true, true, 'you']], 'under way');
  model.take(bob, entryOf({ ...amend(3, 2, { react: 'x' }, 'me'), id: 'w' }));
  equal(reactions(), [['x', 1, true, false, 'you']], 'it was heard before the answer');
  model.stored(bob, wish, { epoch: 'e', offset: 3, data: { ts: 3 } });
  model.take(bob, entryOf(amend(4, 2, { react: 'x' }, 'bob')));
  equal(reactions(), [['x', 2, true, false, 'you and Bob']], 'both');
}

export function nothingCanBeDoneAboutAStubOrWhatIsNotStoredYet() {
  const { model, bob, rows } = talk();
  model.take(bob, entryOf(amend(3, 2, { delete: true }, 'bob')));
  bob.say({ id: 'w', text: 'x', ts: 4, opening: false, state: 'sending' });
  equal(rows().map(({ open, deleted, receipt }) => [open, deleted, receipt]), [[true, false, null], [false, true, null], [false, false, null]], 'rows');
}

export function o41_whatIsOddInStoredChangesIsNotSent() {
  const sound = { id: 'w', amend: { epoch: 'e', offset: 1, react: 'x' } };
  check(isOutgoing(sound) && isOutgoing({ id: 'w', text: 'x' }), 'sound');
  [null, 5, {}, { id: 'w' }, { id: 'w', amend: 5 }, { id: 'w', amend: { offset: 1, react: 'x' } }, { ...sound, text: 'x' }, { amend: sound.amend }].forEach((odd) =>
    check(!isOutgoing(odd), JSON.stringify(odd)),
  );
}
