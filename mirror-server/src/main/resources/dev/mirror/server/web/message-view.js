/** One row of a log as elements. */

import { arrange, el, icon, linked, paintAvatar } from './dom.js';

const clockTime = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

const STATES = {
  sending: { icon: 'M12 7v5l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z', text: 'Sending' },
  stored: { icon: 'm5 12.500 4.500 4.500L19 7.500', text: 'Stored' },
  received: { icon: 'm2 12.500 4.500 4.500L15 7.500M11 16l1 1L22 7.500', text: 'Received' },
  read: { icon: 'm2 12.500 4.500 4.500L15 7.500M11 16l1 1L22 7.500', text: 'Read' },
  failed: { icon: 'M12 8v5M12 16.500v.1M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z', text: 'Not sent' },
};

const MORE = 'M5 12h.1M12 12h.1M19 12h.1';
const DELETED = 'This message was deleted.';

export function timeOf(ts) {
  return clockTime.format(ts);
}

export function makeRow(row) {
  switch (row.kind) {
    case 'day':
      return el('p', { class: 'line day' }, el('span', { text: row.text }));
    case 'new':
      return el('p', { class: 'line new' }, el('span', { text: 'New' }));
    case 'gap':
      return el('p', { class: 'gap', text: 'Messages may be missing here: the server no longer has all of what was said.' });
    default:
      return makeMessage(row);
  }
}

function makeMessage(row) {
  const when = new Date(row.ts);
  const time = el('time', { datetime: when.toISOString(), title: when.toLocaleString(), text: timeOf(row.ts) });
  const edited = el('span', { class: 'edited' });
  const meta = el('span', { class: 'meta' }, edited, time, el('span', { class: 'status' }));
  const speaker = el('span', { class: 'speaker' }, el('bdi'), el('span', { class: 'unverified' }));
  const bubble = el('div', { class: 'bubble' }, speaker, el('span', { class: 'text', dir: 'auto' }), meta);
  // That it can be changed goes without saying: it is not announced with each message.
  const more = el('button', { type: 'button', class: 'more', tabindex: '-1', 'data-do': 'more', 'aria-haspopup': 'dialog', 'aria-live': 'off' }, icon(MORE));
  return el(
    'div',
    { class: 'message' },
    el('span', { class: 'avatar' }),
    el('div', { class: 'beside' }, bubble, more),
    el('ul', { class: 'reactions' }),
    el('p', { class: 'receipt' }),
    el('div', { class: 'trouble' }),
  );
}

export function updateRow(element, row) {
  if (row.kind !== 'message') {
    return;
  }
  element.row = row;
  const stored = row.state === 'received' || row.state === 'read' ? 'stored' : '';
  const kind = [row.mine ? 'mine' : 'theirs', row.first ? 'first' : '', row.room ? 'in-room' : '', stored, row.state ?? ''];
  element.className = `message ${kind.filter(Boolean).join(' ')}${row.deleted ? ' deleted' : ''}`;
  const [avatar, beside, reactions, receipt, trouble] = element.children;
  paintAvatar(avatar, row.name, row.unverified ? `claim ${row.name}` : row.userId);
  updateBubble(beside.firstElementChild, row);
  const more = beside.lastElementChild;
  more.hidden = !row.open;
  more.setAttribute('aria-label', `Actions for ${row.mine ? 'your message' : `the message of ${row.name}${row.unverified ? ', unverified' : ''}`}, ${timeOf(row.ts)}`);
  arrange(
    reactions,
    row.reactions.map((each) => ({ ...each, mark: JSON.stringify(each) })),
    { make: makeReaction, update: updateReaction },
  );
  receipt.textContent = row.receipt ?? '';
  updateTrouble(trouble, row);
}

function updateBubble(bubble, row) {
  const speaker = bubble.querySelector('.speaker');
  const [name, unverified] = speaker.children;
  name.textContent = row.mine ? 'You' : row.name;
  unverified.textContent = row.unverified ? 'unverified' : '';
  unverified.title = row.unverified ? 'This came in by PubNub’s interface. Nothing proves who said it.' : '';
  speaker.classList.toggle('unseen', !row.unverified && (row.mine || !row.first || !row.room));
  updateText(bubble.querySelector('.text'), row);
  bubble.querySelector('time').textContent = timeOf(row.ts);
  bubble.querySelector('.edited').textContent = row.edited && !row.deleted ? 'edited' : '';
  const status = bubble.querySelector('.status');
  status.replaceChildren();
  if (row.state !== null) {
    const { icon: path, text } = STATES[row.state];
    status.title = text;
    status.append(icon(path), row.receipt === null ? el('span', { class: 'unseen', text }) : '');
  }
}

/** Text is touched only where it is another one, so that a selection in it survives. */
function updateText(element, row) {
  const text = row.deleted ? DELETED : row.text;
  if (element.said !== text) {
    element.said = text;
    element.className = row.raw && !row.deleted ? 'text raw' : 'text';
    element.replaceChildren(...linked(text));
  }
}

function makeReaction() {
  const button = el('button', { type: 'button', class: 'chip', tabindex: '-1', 'data-do': 'react' }, el('bdi'), el('span', { class: 'count' }), el('span', { class: 'unseen' }));
  return el('li', {}, button);
}

function updateReaction(element, { value, count, mine, sending, who }) {
  const button = element.firstElementChild;
  const [what, number, names] = button.children;
  what.textContent = value;
  number.textContent = String(count);
  names.textContent = ` from ${who}`;
  button.title = who;
  button.dataset.value = value;
  button.classList.toggle('sending', sending);
  button.setAttribute('aria-pressed', String(mine));
}

function updateTrouble(trouble, row) {
  trouble.replaceChildren();
  const [id, sentence] = row.state === 'failed' ? [row.id, `Not sent. ${row.reason} `] : [row.failed?.id, `Not changed. ${row.failed?.reason} `];
  if (id !== undefined && (row.state === 'failed' || row.failed !== null)) {
    trouble.append(
      el('span', { class: 'reason', text: sentence }),
      el('button', { type: 'button', class: 'link', 'data-do': 'retry', 'data-id': id, text: 'Retry' }),
      ' ',
      el('button', { type: 'button', class: 'link', 'data-do': 'discard', 'data-id': id, text: 'Discard' }),
    );
  }
}
