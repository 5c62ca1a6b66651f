/** How far somebody has received and read one log: {epoch, received, read}. Marks of one epoch only grow. No state. */

export const NO_MARK = Object.freeze({ epoch: '', received: 0, read: 0 });

const offset = (value) => (Number.isSafeInteger(value) && value > 0 ? value : 0);

/** The greater of both; a mark of another epoch takes the place of the one that was known. What was read was received. */
export function merged(mark, { epoch, received, read }) {
  const known = mark.epoch === epoch ? mark : NO_MARK;
  const most = Math.max(known.read, offset(read));
  return { epoch, received: Math.max(known.received, offset(received), most), read: most };
}

/** How far a message has come on its way to the other user: `stored`, `received` or `read`. */
export function progressOf(message, mark) {
  if (message.epoch !== mark.epoch || message.offset > mark.received) {
    return 'stored';
  }
  return message.offset > mark.read ? 'received' : 'read';
}

/** Whether `mark` says more than the other, which is of the same side. */
export function exceeds(mark, other) {
  return mark.epoch !== other.epoch || mark.received > other.received || mark.read > other.read;
}
