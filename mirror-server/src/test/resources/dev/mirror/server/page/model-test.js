/** Each export is a test; its name says the fact, and the rule of docs/protocol.md that it keeps. */

import { claimOf } from '/claims.js';
import { Conversation, WINDOW, textOf } from '/conversation.js';
import { Histories } from '/histories.js';
import { Model } from '/model.js';
import { isId, parseHash, peerOf } from '/names.js';
import { rowsOf } from '/rows.js';
import { check, equal, settled } from './fakes.js';

const me = { userId: 'me', name: 'Me', room: 'mine' };
const message = (offset, { epoch = 'e', userId = 'u', id = `i${offset}` } = {}) => ({
  kind: 'message', key: `${epoch}:${offset}`, epoch, offset, order: offset, userId, id, ts: offset, text: `t${offset}`, raw: false,
});
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => message(from + i));
const offsets = (conversation) => conversation.items.map(({ kind, offset }) => (kind === 'gap' ? 'gap' : offset));
const inbox = (offset, entry, userId = 'bob') => ({
  code: 'channel.event', channel: '@me', epoch: 'i', offset, userId, id: `x${offset}`, ts: offset,
  data: { channel: 'bob.me', epoch: 'c', offset: entry, data: { value: `v${entry}`, userId, username: 'Bob', channel: 'bobs' } },
});

export function w33_messagesStandInTheOrderOfTheirOffsets() {
  const room = Conversation.room('room');
  [3, 1, 2, 2, 5, 4].forEach((offset) => room.add(message(offset)));
  equal(offsets(room), [1, 2, 3, 4, 5], 'offsets');
}

export function w31_aGapStandsWhereItIs() {
  const room = Conversation.room('room');
  [1, 2].forEach((offset) => room.arrive(message(offset)));
  room.gap({ epoch: 'e', offset: 9 });
  room.arrive(message(10));
  equal(offsets(room), [1, 2, 'gap', 10], 'items');
}

export function w31_aNewEpochGoesOnBelowAGap() {
  const room = Conversation.room('room');
  range(1, 3).forEach((each) => room.arrive(each));
  room.gap({ epoch: 'f', offset: 0 });
  room.arrive(message(1, { epoch: 'f' }));
  equal(room.items.map(({ key }) => key), ['e:1', 'e:2', 'e:3', 'gap:f:0', 'f:1'], 'items');
  check(!room.arrive(message(1, { epoch: 'f' })), 'the same again is no news');
}

export function aConversationKeepsTheNewest500() {
  const room = Conversation.room('room');
  range(1, WINDOW + 20).forEach((each) => room.arrive(each));
  equal([room.items.length, room.items[0].offset, room.hasOlder], [WINDOW, 21, true], 'window');
}

export function w39_olderMessagesMayPushNewerOnesOut() {
  const room = Conversation.room('room');
  room.latest(range(51, 540), { first: 1, end: { epoch: 'e', offset: 540 } });
  room.older(range(1, 50), { first: 1 });
  equal([room.items.length, room.items[0].offset, room.detached, room.hasOlder], [WINDOW, 1, true, false], 'window');
  room.arrive(message(541));
  equal([room.items.at(-1).offset, room.last.offset], [500, 541], 'a live message waits outside');
  room.latest(range(492, 541), { first: 1, end: { epoch: 'e', offset: 541 } });
  equal([room.items.length, room.detached, room.hasOlder], [50, false, true], 'back at the end');
}

export function w34_anInboxEntryBelongsToItsConversation() {
  const model = new Model(me);
  const taken = model.event(inbox(1, 7));
  equal([taken.conversation.key, taken.conversation.channel], ['u:bob', 'me.bob'], 'conversation');
  equal([taken.entry.offset, taken.entry.text], [7, 'v7'], 'message');
  equal([model.titleOf(taken.conversation), model.roomOf('bob')], ['Bob', 'bobs'], 'the speaker');
}

export function w42_ownMessagesFromAnotherDeviceAppearAndAreRead() {
  const model = new Model(me);
  model.event(inbox(1, 1));
  equal(model.unread(), 1, 'unread');
  const { conversation } = model.event(inbox(2, 2, 'me'));
  equal([conversation.items.length, model.unread()], [2, 0], 'items and unread');
}

const claimed = (offset, data) => ({ channel: 'room', epoch: 'e', offset, userId: 'pubnub-gateway', id: `x${offset}`, ts: offset, data });

export function w57_whatNobodyProvesIsAClaimAndTeachesNoNames() {
  const model = new Model(me);
  const room = model.room('room');
  model.event(claimed(1, { value: 'hi', userId: 'me', username: 'Me', channel: 'mine', unverified: true }));
  model.event(claimed(2, { value: 'ho', username: 'Bob' }));
  model.event(claimed(3, 'text'));
  equal(rowsOf(room, model).filter(({ kind }) => kind === 'message').map(({ mine, unverified, name, first }) => [mine, unverified, name, first]),
    [[false, true, 'Me', true], [false, true, 'Bob', true], [false, true, 'Somebody', true]], 'rows');
  equal(model.nameOf('pubnub-gateway'), 'pubnub-gateway', 'no name was learned');
  model.event({ ...claimed(4, { value: 'x', userId: 'u', username: 'Ann', channel: 'r', unverified: true }), userId: 'u' });
  equal(rowsOf(room, model).at(-1).unverified, false, 'whoever is known is known, whatever data says');
}

export function w57_aClaimIsOneLineAndShort() {
  equal([claimOf(null), claimOf({ username: ' ' }), claimOf({ username: 7 }), claimOf([])], Array(4).fill('Somebody'), 'nobody');
  equal([claimOf({ username: ' a\n\tb ' }), claimOf({ username: '👍'.repeat(65) })], ['a b', '👍'.repeat(64)], 'names');
}

export function w57_whatNobodyProvesMarksNothingAsRead() {
  const model = new Model(me);
  const conversation = model.direct('bob');
  model.event(inbox(1, 1, 'me'));
  model.event(inbox(2, 2, 'pubnub-gateway'));
  equal([conversation.theirs.read ?? 0, conversation.unread], [0, 1], 'theirs and unread');
}

export function w31_aReplayedInboxEntryIsNotCountedTwice() {
  const model = new Model(me);
  [1, 2, 1, 2].forEach((offset) => model.event(inbox(offset, offset)));
  equal([model.unread(), model.direct('bob').items.length], [2, 2], 'unread and items');
}

export function anOwnMessageIsOneWhetherTheAnswerOrTheEventComesFirst() {
  for (const answerFirst of [true, false]) {
    const model = new Model(me);
    const bob = model.direct('bob');
    const waiting = { id: 'x2', text: 'v2', ts: 1, opening: false, state: 'sending' };
    bob.say(waiting);
    const answered = () => model.stored(bob, waiting, { epoch: 'c', offset: 2, data: { ts: 2 } });
    const heard = () => model.event(inbox(2, 2, 'me'));
    (answerFirst ? [answered, heard] : [heard, answered]).forEach((step) => step());
    equal([offsets(bob), bob.outgoing.length], [[2], 0], 'items and outgoing');
    model.event({ ...inbox(1, 1), offset: 1 });
  }
}

export function anAnswerDoesNotHideWhatAnotherSaidBeforeIt() {
  const model = new Model(me);
  const bob = model.direct('bob');
  const waiting = { id: 'mine', text: 'x', ts: 1, opening: false, state: 'sending' };
  bob.say(waiting);
  model.stored(bob, waiting, { epoch: 'c', offset: 2, data: { ts: 2 } });
  model.event(inbox(1, 1));
  equal([offsets(bob), bob.unread], [[1, 2], 0], 'items, and nothing unread: who says something has read what was before');
}

export function aReloadRestoresConversationsPositionsAndMarks() {
  const model = new Model(me);
  model.event(inbox(4, 7));
  model.room('kitchen').unread = 3;
  const positions = { '@me': { epoch: 'i', offset: 4 }, kitchen: { epoch: 'k', offset: 9 } };
  const snapshot = JSON.parse(JSON.stringify(model.snapshot((channel) => positions[channel] ?? null)));
  const seeded = {};
  const again = new Model(me);
  check(again.restore(snapshot, (channel, position) => (seeded[channel] = position)), 'known');
  equal(seeded, { '@me': positions['@me'], mine: null, kitchen: positions.kitchen }, 'seeds');
  equal([again.room('kitchen').unread, again.direct('bob').unread], [3, 1], 'unread');
  equal(again.titleOf(again.direct('bob')), 'Bob', 'title');
  check(!again.direct('bob').arrive(message(7, { epoch: 'c' })), 'what was seen is no news');
}

export function o41_whatIsOddInAStoredSnapshotIsLeftOut() {
  const model = new Model(me);
  const bad = ['<b>', 'a.b', '', null, 7, {}, 'x'.repeat(65), '../..', '@me', 'me'];
  const conversations = bad.flatMap((value) => [{ channel: value, position: value }, { peer: value }, value]);
  model.restore({ version: 1, inbox: '?', conversations }, () => {});
  equal([...model.conversations.keys()], ['c:mine', 'c:me'], 'conversations');
  [null, 5, 'x', [], { version: 2 }, { version: 1, conversations: 5 }].forEach((odd) => model.restore(odd, () => {}));
}

export function o41_theAddressNamesAConversationOrNothing() {
  equal(parseHash('#c=kitchen'), { kind: 'room', id: 'kitchen' }, 'a room');
  equal(parseHash('#u=u1'), { kind: 'direct', id: 'u1' }, 'a user');
  ['', '#', '#c=', '#c=a.b', '#c=<img>', '#u=@me', '#c=x%20y', '#x=y', '#c=javascript:alert(1)', '#c=a-pnpres'].forEach((hash) =>
    equal(parseHash(hash), null, hash),
  );
}

export function o43_bothSpellingsAreOneConversation() {
  const model = new Model(me);
  check(model.find('me.bob') === model.find('bob.me'), 'one conversation');
  equal([peerOf('me.bob', 'me'), peerOf('bob.me', 'me'), peerOf('a.b', 'me'), peerOf('me', 'me')], ['bob', 'bob', null, null], 'peers');
}

export function w7_namesHaveAGrammar() {
  ['a', 'A-Z_9', 'x'.repeat(64)].forEach((id) => check(isId(id), id));
  ['', 'a b', 'ä', 'a.b', 'x'.repeat(65), 'a-pnpres', '<b>', 'a\n'].forEach((id) => check(!isId(id), id));
}

export function dataThatIsNoChatMessageIsShownAsWhatItIs() {
  equal(textOf({ value: 'x' }), { text: 'x', raw: false }, 'a chat message');
  equal(textOf('x'), { text: 'x', raw: false }, 'a string');
  equal(textOf({ value: 5 }).raw, true, 'a number as value');
  equal(textOf(undefined), { text: 'null', raw: true }, 'nothing');
}

export function o31_aStrangerWhoTypesBeginsNoConversation() {
  const model = new Model(me);
  check(model.typing({ channel: 'eve.me', userId: 'eve', data: { typing: true } }, 1) === null, 'no conversation');
  equal(model.conversations.size, 1, 'conversations');
}

/** Histories over requests that wait until the test answers them. */
function reading(model, opened = () => null, limit = 2) {
  const asked = [];
  const wire = { online: true, request: (frame) => new Promise((resolve) => asked.push({ frame, resolve })) };
  const histories = new Histories({ wire, model, changed: () => {}, limit, opened });
  const answer = async (from, to, rest = {}) => {
    const { frame, resolve } = asked.shift();
    const events = range(from, to).map(({ epoch, offset, userId, id, ts }) => ({ epoch, offset, userId, id, ts, data: { value: `t${offset}` } }));
    resolve({ epoch: 'e', offset: 99, data: { events, first: 1, recovered: true, ...rest } });
    await settled();
    return frame;
  };
  return { histories, asked, answer };
}

const heard = (to) => {
  const model = new Model(me);
  const bob = model.direct('bob');
  range(1, to).forEach((each) => model.take(bob, each));
  return { model, bob };
};

export async function w31_whatComesLiveDuringACatchUpHidesNothing() {
  const { model, bob } = heard(3);
  bob.loaded = true;
  const { histories, answer, asked } = reading(model);
  histories.inboxGap();
  model.take(bob, message(8)); // before the first page is answered
  equal((await answer(4, 5)).offset, 3, 'the first page');
  equal((await answer(6, 7)).offset, 5, 'the second page');
  await answer(8, 8);
  await answer(9, 8);
  equal([offsets(bob), asked.length, bob.loaded], [[1, 2, 3, 4, 5, 6, 7, 8], 0, true], 'all of it');
}

export async function w31_afterAGapAnOpenConversationThatHeardNothingIsReadAgain() {
  const { model, bob } = heard(0);
  bob.latest(range(1, 3), { first: 1, end: { epoch: 'e', offset: 3 } });
  const { histories, answer, asked } = reading(model, () => bob);
  histories.inboxGap();
  equal(offsets(bob), [1, 2, 3], 'it is not blank meanwhile');
  equal((await answer(8, 9)).data.backward, true, 'the newest page');
  equal([offsets(bob), asked.length, bob.loaded, bob.detached], [[8, 9], 0, true, false], 'the newest page');
}

export async function w31_ofAnOpenConversationThatMissedTooMuchTheNewestPageIsRead() {
  const { model, bob } = heard(1);
  bob.loaded = true;
  const { histories, answer, asked } = reading(model, () => bob);
  histories.inboxGap();
  for (let page = 1; page <= 4; page += 1) {
    await answer(2 * page, 2 * page + 1);
  }
  await answer(98, 99);
  equal([offsets(bob), asked.length, bob.loaded, bob.hasOlder], [[98, 99], 0, true, true], 'the newest page');
}

export async function w31_oneConversationIsReadAfterTheOtherFromWhereItStood() {
  const { model } = heard(3);
  const cy = model.direct('cy');
  range(1, 3).forEach((each) => model.take(cy, each));
  const { histories, answer, asked } = reading(model);
  histories.inboxGap();
  equal(asked.length, 1, 'one at a time');
  await answer(4, 3);
  model.take(cy, message(9));
  equal(asked[0].frame.offset, 3, 'where it stood when the gap came');
}

export function whatWaitsToBeSentFindsItsConversationByItsKey() {
  const model = new Model(me);
  const seeded = [];
  const keyed = (key) => model.keyed(key, (channel) => seeded.push(channel));
  equal([keyed('u:bob').channel, keyed('c:lobby').channel, keyed('c:lobby').key, keyed('c:mine').key], ['me.bob', 'lobby', 'c:lobby', 'c:mine'], 'found');
  equal(seeded, ['lobby'], 'rooms that were not known');
  ['u:me', 'u:', 'x:bob', 'bob', 'u:a b', 'c:@x', null, 5, undefined, {}].forEach((odd) => equal(keyed(odd), null, String(odd)));
}

export function aSnapshotKeepsWhatAnotherPageOfTheUserHas() {
  const mine = new Model(me);
  const other = new Model(me);
  other.direct('bob');
  other.room('lobby');
  const none = () => null;
  const joined = mine.joined(mine.snapshot(none), other.snapshot(none));
  const again = new Model(me);
  again.restore(joined, () => {});
  check(again.conversations.has('u:bob') && again.conversations.has('c:lobby'), 'both');
  again.forget(again.room('lobby'));
  const left = again.joined(again.snapshot(none), joined);
  equal(left.conversations.map(({ channel, peer }) => channel ?? peer).sort(), ['bob', 'mine'], 'what was left stays away');
  [null, 5, {}, { version: 1 }, { version: 1, conversations: [null, 5] }].forEach((odd) => mine.joined(mine.snapshot(none), odd));
}
