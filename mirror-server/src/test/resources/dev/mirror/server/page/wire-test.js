/** Each export is a test; its name says the fact, and the rule of docs/protocol.md or of the page that it keeps. */

import { backoff, newId, verdict } from '/rules.js';
import { check, equal, faked, settled } from './fakes.js';

function online(options) {
  const fake = faked(options);
  fake.wire.seed('room', { epoch: 'e', offset: 4 });
  fake.wire.start();
  fake.hello();
  fake.subscribed();
  return fake;
}

export function o46_nothingIsSentBeforeTheHello() {
  const fake = faked();
  fake.wire.seed('room', null);
  fake.wire.start();
  fake.wire.tell({ code: 'signal.send' });
  fake.wire.follow('other');
  equal(fake.socket.sent, [], 'sent before the hello');
  fake.hello();
  equal(fake.socket.sent.map(({ code }) => code), ['channel.subscribe'], 'sent after it');
}

export async function o46_aRequestWithoutAConnectionFailsAtOnce() {
  const fake = faked();
  const failure = await fake.wire.request({ code: 'session.ping' }).catch((error) => error);
  equal(failure.name, 'offline', 'error');
}

export function o46_followingAChannelTwiceIsOneSubscriptionToResume() {
  const fake = online();
  fake.wire.follow('twice');
  fake.subscribed();
  fake.wire.follow('twice');
  fake.subscribed();
  fake.socket.ends(1006);
  fake.clock.advance(30000);
  fake.hello();
  const names = fake.socket.last('channel.subscribe').data.channels.map(({ channel }) => channel);
  equal(names.filter((name) => name === 'twice').length, 1, 'asked for');
}

export function w21_theInboxIsHeardFromTheFirstHelloOn() {
  const fake = faked();
  fake.wire.start();
  fake.hello({ offset: 7 });
  fake.event('@me', 8);
  equal(fake.told('event').length, 1, 'events');
  equal(fake.wire.position('@me'), { epoch: 'e', offset: 8 }, 'position');
}

export function w23_anErrorNamesWhatToDo() {
  const fake = online();
  let failure = null;
  fake.wire.request({ code: 'channel.publish' }).catch((error) => (failure = error));
  const { id } = fake.socket.sent.at(-1);
  fake.socket.says({ code: 'reply.error', re: id, error: { name: 'too.many', retry: 'after', afterMs: 20, detail: 'x' } });
  return settled().then(() => equal([failure.name, failure.retry, failure.afterMs], ['too.many', 'after', 20], 'error'));
}

export function w25_silenceIsAskedAboutAndThenEndsTheConnection() {
  const fake = online();
  fake.clock.advance(25000);
  check(fake.socket.last('session.ping') !== undefined, 'a ping after idleMs');
  fake.clock.advance(9999);
  equal(fake.wire.state.name, 'online', 'state before the time is over');
  fake.clock.advance(1);
  equal(fake.wire.state.name, 'waiting', 'state after it');
  check(fake.sockets[0].closed, 'the socket is closed');
}

export function w25_anAnswerKeepsTheConnection() {
  const fake = online();
  fake.clock.advance(25000);
  fake.socket.answers(fake.socket.last('session.ping'));
  fake.clock.advance(20000);
  equal(fake.wire.state.name, 'online', 'state');
}

export async function w26_anExpiringTokenIsRenewed() {
  const fake = online();
  fake.socket.says({ code: 'auth.expiring', data: { exp: 1 } });
  await settled();
  equal(fake.socket.last('auth.refresh')?.data, { token: 'new' }, 'auth.refresh');
}

export function w31_everySubscriptionResumesFromItsPosition() {
  const fake = online();
  fake.event('room', 5);
  fake.event('@me', 1);
  fake.socket.ends(1006);
  fake.clock.advance(30000);
  fake.hello({ offset: 9 });
  const asked = fake.socket.last('channel.subscribe').data.channels;
  equal(
    asked,
    [
      { channel: 'room', epoch: 'e', offset: 5 },
      { channel: '@me', epoch: 'e', offset: 1 },
    ],
    'asked for',
  );
}

export function w31_aGapMovesThePositionAndIsTold() {
  const fake = online();
  fake.socket.says({ code: 'channel.gap', channel: 'room', epoch: 'f', offset: 20 });
  equal(fake.told('gap').length, 1, 'gaps');
  equal(fake.wire.position('room'), { epoch: 'f', offset: 20 }, 'position');
  fake.event('room', 21, 'f');
  equal(fake.told('event').length, 1, 'events after it');
}

export function w32_eventsBeforeTheAnswerAreDiscarded() {
  const fake = online();
  fake.socket.ends(1006);
  fake.clock.advance(30000);
  fake.hello();
  fake.event('room', 9);
  fake.event('@me', 9);
  equal(fake.told('event'), [], 'events before the answer');
  fake.subscribed({ offset: 9 });
  fake.event('room', 5);
  equal(fake.told('event').map(([, { offset }]) => offset), [5], 'events after it');
}

export function w33_whatWasHadAlreadyIsNotTakenTwice() {
  const fake = online();
  [5, 5, 4, 6, 5, 6].forEach((offset) => fake.event('room', offset));
  equal(fake.told('event').map(([, { offset }]) => offset), [5, 6], 'events');
}

export function w29_aRefusedChannelIsToldAndNotResumed() {
  const fake = online();
  fake.wire.follow('closed');
  const request = fake.socket.last('channel.subscribe');
  const error = { name: 'not.allowed', retry: 'never', detail: 'x' };
  fake.socket.answers(request, { data: { channels: [{ channel: 'closed', error }] } });
  equal(fake.told('refused')[0][1], 'closed', 'refused');
  equal(fake.wire.position('closed'), null, 'position');
}

export function w29_theAnswerForOneChannelIsTheFrameItself() {
  const fake = online();
  fake.wire.follow('one');
  fake.socket.answers(fake.socket.last('channel.subscribe'), { channel: 'one', epoch: 'e', offset: 3, data: { recovered: true } });
  fake.event('one', 4);
  equal(fake.told('event').length, 1, 'events');
}

export function w29_whatIsBusyIsAskedAgainAfterABackoff() {
  const fake = online();
  fake.wire.follow('one');
  const { id } = fake.socket.last('channel.subscribe');
  fake.socket.says({ code: 'reply.error', re: id, error: { name: 'busy', retry: 'after', afterMs: 1000, detail: 'x' } });
  equal([fake.wire.state.name, fake.told('refused').length], ['waiting', 0], 'state');
  fake.clock.advance(30000);
  fake.hello();
  check(fake.socket.last('channel.subscribe').data.channels.some(({ channel }) => channel === 'one'), 'asked again');
}

export function w29_manySubscriptionsResumeInSeveralFrames() {
  const fake = faked();
  for (let i = 0; i < 127; i += 1) {
    fake.wire.seed(`room-${i}`, { epoch: 'e', offset: 1 });
  }
  fake.wire.start();
  fake.hello();
  const requests = fake.socket.sent.filter(({ code }) => code === 'channel.subscribe');
  equal(requests.map(({ data }) => data.channels.length), [64, 63], 'channels asked for');
  fake.socket.answers(requests[0], { data: { channels: [] } });
  equal(fake.wire.state.name, 'connecting', 'state after the first answer');
  fake.socket.answers(requests[1], { data: { channels: [] } });
  equal(fake.wire.state.name, 'online', 'state after the last');
}

export function w11_theHundredOfACloseCodeDecides() {
  const table = {
    1000: 'stay', 1001: 'wait', 1006: 'wait', 1011: 'wait', 1012: 'wait', 4000: 'stay', 4003: 'stay', 4029: 'stay',
    4100: 'wait', 4101: 'wait', 4200: 'now', 4201: 'now', 4300: 'token', 4301: 'token', 4302: 'token', 4999: 'wait',
  };
  for (const [code, expected] of Object.entries(table)) {
    equal(verdict(Number(code)), expected, `verdict of ${code}`);
  }
}

export function w11_40xxStaysAwayUntilTheUserAsks() {
  const fake = online();
  fake.socket.ends(4029);
  fake.clock.advance(3600000);
  equal([fake.wire.state.name, fake.sockets.length], ['ended', 1], 'state');
  fake.wire.reconnectNow();
  equal(fake.sockets.length, 2, 'sockets after the user asked');
}

export function w11_42xxComesBackAtOnceIfTheSessionWasSteady() {
  const fake = online();
  fake.clock.advance(15000);
  fake.socket.ends(4200);
  equal(fake.sockets.length, 2, 'sockets');
  fake.hello();
  fake.socket.ends(4200);
  equal(fake.wire.state.name, 'waiting', 'state after a second end right away');
}

export async function whatWasStoppedStaysStopped() {
  const fake = online();
  fake.wire.stop();
  fake.sockets[0].onclose({ code: 4302 });
  await settled();
  fake.clock.advance(3600000);
  equal([fake.wire.state.name, fake.sockets.length, fake.sockets[0].closed], ['stopped', 1, true], 'state');
}

export async function w11_4301RenewsTheTokenOnce() {
  const fake = online();
  fake.socket.ends(4301);
  await settled();
  equal(fake.sockets.length, 2, 'sockets');
  fake.socket.ends(4301);
  await settled();
  equal(fake.wire.state.name, 'signed-out', 'state after it happened again');
}

export async function w11_4300And4302GoToTheDoor() {
  for (const code of [4300, 4302]) {
    const fake = online();
    fake.socket.ends(code);
    await settled();
    equal(fake.wire.state.name, 'signed-out', `state after ${code}`);
  }
}

export function w28_theByeCountsWhereTheBrowserSawNoCode() {
  const fake = online();
  fake.socket.says({ code: 'session.bye', data: { code: 4029, name: 'too.many', afterMs: 0 } });
  fake.socket.ends(1006);
  equal(fake.wire.state.name, 'ended', 'state');
}

export function w28_theByeSaysHowLongToWaitAtLeast() {
  const fake = online({ random: () => 0 });
  fake.socket.says({ code: 'session.bye', data: { code: 1012, name: 'restart', afterMs: 5000 } });
  fake.socket.ends(1012);
  equal(fake.wire.state.until - fake.clock.now(), 5000, 'delay');
}

export function theBackoffDoublesToACeilingAndIsFullyJittered() {
  equal([0, 1, 2, 4, 5, 20].map((attempt) => backoff(attempt, () => 1)), [1000, 2000, 4000, 16000, 30000, 30000], 'ceilings');
  equal([0, 5].map((attempt) => backoff(attempt, () => 0)), [0, 0], 'floors');
}

export function aSocketThatNeverSaysHelloIsGivenUp() {
  const fake = faked();
  fake.wire.start();
  fake.clock.advance(10000);
  equal(fake.wire.state.name, 'waiting', 'state');
}

export function whatAnOldSocketSaysIsNotHeard() {
  const fake = online();
  const [old] = fake.sockets;
  fake.socket.ends(1006);
  fake.clock.advance(30000);
  fake.hello();
  fake.subscribed();
  old.onmessage({ data: JSON.stringify({ code: 'channel.event', channel: 'room', epoch: 'e', offset: 99, data: {} }) });
  equal(fake.told('event'), [], 'events');
}

export function w22_idsHave22CharactersAndDiffer() {
  const ids = new Set(Array.from({ length: 1000 }, newId));
  equal(ids.size, 1000, 'different ids');
  ids.forEach((id) => check(/^[A-Za-z0-9_-]{22}$/.test(id), id));
}

export async function w36_aMessageIsRepeatedUnderItsIdUntilItIsAnswered() {
  const { Sender } = await import('/sender.js');
  const { Model } = await import('/model.js');
  const fake = online();
  const model = new Model({ userId: 'me', name: 'Me', room: 'mine' });
  const room = model.room('room');
  const sender = new Sender({ wire: fake.wire, model, clock: fake.clock, changed: () => {} });
  for (const id of ['first', 'second']) {
    room.say({ id, text: id, ts: 1, opening: false, state: 'sending' });
    sender.flush(room);
  }
  const published = () => fake.socket.sent.filter(({ code }) => code === 'channel.publish').map(({ id }) => id);
  equal(published(), ['first'], 'under way');
  fake.socket.ends(1006);
  await settled();
  fake.clock.advance(30000);
  equal(room.outgoing.map(({ state }) => state), ['sending', 'sending'], 'states while offline');
  fake.hello();
  fake.subscribed();
  sender.flushAll();
  equal(published(), ['first'], 'repeated');
  fake.socket.answers(fake.socket.last('channel.publish'), { epoch: 'e', offset: 5, data: { duplicate: true, ts: 5 } });
  await settled();
  fake.clock.advance(1);
  equal(published(), ['first', 'second'], 'after the answer');
  fake.socket.says({
    code: 'reply.error', re: 'second', error: { name: 'not.allowed', retry: 'never', detail: 'x' },
  });
  await settled();
  equal(room.outgoing.map(({ id, state }) => [id, state]), [['second', 'failed']], 'left');
  sender.retry(room, 'second');
  await settled();
  fake.clock.advance(1);
  equal(published(), ['first', 'second', 'second'], 'after retry');
}
