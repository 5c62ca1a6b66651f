/** Each export is a test of marks and presence: what is unread, what the server is told of it, and who is here. */

import { Attendance } from '/attendance.js';
import { entryOf } from '/conversation.js';
import { NO_MARK, merged, progressOf } from '/marks.js';
import { Model } from '/model.js';
import { Receipts } from '/receipts.js';
import { check, equal, faked, settled } from './fakes.js';

const me = { userId: 'me', name: 'Me', room: 'mine' };
const said = (offset, userId = 'bob', data = { value: `v${offset}` }) =>
  ({ code: 'channel.event', channel: 'bob.me', epoch: 'c', offset, userId, id: `x${userId}${offset}`, ts: offset, data });
const inbox = (offset, userId, data) => {
  const { channel, epoch, ...rest } = said(offset, userId, data);
  return { ...rest, channel: '@me', epoch: 'i', data: { channel, epoch, offset, data: rest.data } };
};
const react = { amend: { epoch: 'c', offset: 1, react: 'x' } };
const listed = ({ offset = 5, read = 0, received = read, unread = offset - read, peer = {} } = {}) => ({
  channel: 'me.bob', epoch: 'c', offset, ts: 50, unread, received, read, peer: { userId: 'bob', received: 0, read: 0, ...peer },
});

export function marksOnlyGrow() {
  let mark = merged(NO_MARK, { epoch: 'c', received: 4, read: 2 });
  mark = merged(mark, { epoch: 'c', received: 3, read: 3 });
  equal(mark, { epoch: 'c', received: 4, read: 3 }, 'the greater of both');
  equal(merged(mark, { epoch: 'c', read: 9 }), { epoch: 'c', received: 9, read: 9 }, 'what was read was received');
  equal(merged(mark, { epoch: 'd', received: 1, read: 0 }), { epoch: 'd', received: 1, read: 0 }, 'another epoch');
  [undefined, null, -1, '7', 1.5, {}].forEach((odd) => equal(merged(mark, { epoch: 'c', received: odd, read: odd }), mark, 'odd'));
}

export function aMessageIsStoredThenReceivedThenRead() {
  const mark = { epoch: 'c', received: 5, read: 3 };
  equal([3, 4, 5, 6].map((offset) => progressOf({ epoch: 'c', offset }, mark)), ['read', 'received', 'received', 'stored'], 'progress');
  equal(progressOf({ epoch: 'd', offset: 1 }, mark), 'stored', 'another epoch');
}

export function theListTellsWhatIsUnreadOnANewDevice() {
  const model = new Model(me);
  model.list([listed({ read: 2, peer: { read: 1, received: 4, seen: 77 } })]);
  const bob = model.direct('bob');
  equal([bob.unread, bob.peerSeen, bob.theirs], [3, 77, { epoch: 'c', received: 4, read: 1 }], 'as listed');
  model.event(inbox(5));
  equal(bob.unread, 3, 'what was listed already is not counted again');
  model.event(inbox(6));
  equal(bob.unread, 4, 'what is new is');
}

export function whatCameBeforeTheListIsNotCountedTwice() {
  const model = new Model(me);
  model.event(inbox(6));
  model.list([listed({ offset: 6, read: 2 })]);
  equal(model.direct('bob').unread, 4, 'unread');
}

export function whatAReloadKnowsIsNotReplacedByTheList() {
  const model = new Model(me);
  [1, 2, 3].forEach((offset) => model.event(inbox(offset)));
  model.event(inbox(4, 'bob', react));
  equal(model.unread(), 3, 'amendments are not counted');
  const again = new Model(me);
  again.restore(JSON.parse(JSON.stringify(model.snapshot(() => ({ epoch: 'i', offset: 4 })))), () => {});
  again.list([listed({ offset: 6 })]);
  equal(again.unread(), 3, 'what was heard of is known better');
  again.event(inbox(5, 'bob', react));
  again.event(inbox(6));
  equal(again.unread(), 4, 'and what comes is counted');
}

export function aGlimpseCountsWithoutAmendments() {
  const model = new Model(me);
  model.list([listed({ offset: 6, read: 1 })]);
  const bob = model.direct('bob');
  bob.glimpse([said(1), said(2), said(3, 'me'), said(4), said(5, 'bob', react), said(6)].map(entryOf), 'me');
  equal([bob.unread, bob.last.text], [3, 'v6'], 'exact');
  const cut = new Model(me);
  cut.list([listed({ offset: 30, read: 1 })]);
  cut.direct('bob').glimpse([said(29, 'bob', react), said(30)].map(entryOf), 'me');
  equal(cut.direct('bob').unread, 28, 'what lies before it counts as messages');
}

export function w42_whatIsReadOnOneDeviceIsReadOnTheOther() {
  const model = new Model(me);
  [1, 2, 3].forEach((offset) => model.event(inbox(offset)));
  const bob = model.direct('bob');
  model.marked({ channel: 'bob.me', userId: 'me', epoch: 'c', data: { received: 3, read: 2 } });
  equal(bob.unread, 1, 'a part of it');
  model.marked({ channel: 'bob.me', userId: 'me', epoch: 'c', data: { received: 3, read: 3 } });
  equal(bob.unread, 0, 'all of it');
  model.marked({ channel: 'bob.me', userId: 'me', epoch: 'c', data: { received: 1, read: 1 } });
  equal(bob.unread, 0, 'an older mark changes nothing');
}

export function whoAnswersHasRead() {
  const model = new Model(me);
  model.event(inbox(1, 'me'));
  const bob = model.direct('bob');
  equal(progressOf(bob.last, bob.theirs), 'stored', 'nothing is known');
  model.event(inbox(2, 'bob'));
  equal(progressOf(bob.items[0], bob.theirs), 'read', 'after the answer');
  equal([bob.mine.received, bob.mine.read], [2, 1], 'own marks');
}

/** A model and receipts that are online, and have the list. */
function online(conversations = []) {
  const fake = faked();
  fake.wire.start();
  fake.hello();
  const model = new Model(me);
  const receipts = new Receipts({ wire: fake.wire, model, clock: fake.clock, changed: () => receipts.owe() });
  const done = receipts.resumed();
  fake.socket.answers(fake.socket.last('direct.list'), { data: { count: conversations.length, conversations } });
  const marks = () => fake.socket.sent.filter(({ code }) => code === 'direct.mark').map(({ data }) => [data.received, data.read]);
  return done.then(() => ({ fake, model, receipts, marks }));
}

export async function whatIsReceivedAndReadIsToldOnceASecond() {
  const { fake, model, receipts, marks } = await online();
  const bob = model.direct('bob');
  [1, 2, 3].forEach((offset) => {
    model.event(inbox(offset));
    receipts.owe();
  });
  equal(marks(), [], 'not for each');
  fake.clock.advance(0);
  equal(marks(), [[3, 0]], 'received');
  bob.read();
  receipts.owe();
  fake.clock.advance(999);
  equal(marks().length, 1, 'within the second');
  fake.clock.advance(1);
  equal(marks(), [[3, 0], [3, 3]], 'read');
  receipts.owe();
  fake.clock.advance(5000);
  equal(marks().length, 2, 'and no more');
  equal(fake.socket.last('direct.mark').channel, 'me.bob', 'channel');
}

export async function whatTheServerHasAlreadyIsNotTold() {
  const { fake, model, receipts, marks } = await online([listed({ offset: 2, read: 2 })]);
  model.event(inbox(2));
  receipts.owe();
  fake.clock.advance(5000);
  equal(marks(), [], 'marks');
}

export async function whatWasReadOfflineIsToldOnTheNextConnection() {
  const { fake, model, receipts, marks } = await online([listed({ offset: 1 })]);
  model.event(inbox(1));
  fake.socket.ends(1006);
  model.direct('bob').read();
  receipts.owe();
  fake.clock.advance(30000);
  fake.hello();
  fake.subscribed();
  const done = receipts.resumed();
  equal(marks(), [], 'nothing before the list');
  fake.socket.answers(fake.socket.last('direct.list'), { data: { conversations: [listed({ offset: 1 })] } });
  check(await done, 'listed');
  fake.clock.advance(1000);
  equal(marks(), [[1, 1]], 'marks');
}

export async function aMarkThatTheServerCouldNotTakeIsToldAgain() {
  const { fake, model, receipts, marks } = await online();
  model.event(inbox(1));
  receipts.owe();
  fake.clock.advance(1000);
  const { id } = fake.socket.last('direct.mark');
  fake.socket.says({ code: 'reply.error', re: id, error: { name: 'busy', retry: 'after', afterMs: 1, detail: 'x' } });
  await settled();
  fake.clock.advance(1000);
  equal(marks(), [[1, 0], [1, 0]], 'marks');
}

function watching() {
  const fake = faked();
  fake.wire.start();
  fake.hello();
  const model = new Model(me);
  const bob = model.direct('bob');
  model.meet('bob', 'Bob', 'bobs');
  const attendance = new Attendance({ wire: fake.wire, model, clock: fake.clock, changed: () => {} });
  attendance.watch(bob);
  const watches = () => fake.socket.sent.filter(({ code }) => code === 'presence.watch').length;
  const answer = async (version, ...ids) => {
    const members = ids.map((userId) => ({ userId, name: userId }));
    fake.socket.answers(fake.socket.last('presence.watch'), { channel: 'bobs', data: { version, count: ids.length, members } });
    await settled();
  };
  const event = (version, userId, joined) => attendance.event({ channel: 'bobs', userId, data: { name: userId, joined, version } });
  return { bob, watches, answer, event, clock: fake.clock };
}

export async function w45_changesChainToTheMembersByTheirVersions() {
  const { bob, watches, answer, event } = watching();
  await answer(4, 'bob');
  event(4, 'bob', false);
  equal([...bob.members.keys()], ['bob'], 'what the members include already changes nothing');
  event(5, 'cy', true);
  equal([[...bob.members.keys()], watches()], [['bob', 'cy'], 1], 'the next one counts');
}

export async function w45_afterAMissedVersionItWatchesAgain() {
  const { bob, watches, answer, event } = watching();
  await answer(4, 'bob');
  event(6, 'bob', true);
  equal([[...bob.members.keys()], watches()], [['bob'], 2], 'asked again');
  event(7, 'cy', true);
  equal(watches(), 2, 'once');
  await answer(7, 'bob', 'cy');
  event(8, 'bob', false);
  equal([...bob.members.keys()], ['cy'], 'and goes on');
}

export async function whoLeavesWasLastSeenNow() {
  const { bob, answer, event, clock } = watching();
  await answer(1, 'bob');
  clock.advance(500);
  event(2, 'bob', false);
  equal([bob.members.size, bob.peerSeen], [0, clock.now()], 'away since');
}
