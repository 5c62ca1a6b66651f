/** What this page says to a person about errors and ends. */

const ERRORS = {
  'not.found': 'There is no user with this id.',
  'not.allowed': 'You may not write here.',
  'bad.channel': 'This is not the name of a channel.',
  'too.large': 'This message is too long.',
  'too.many': 'That was too much at once.',
  conflict: 'Another message was sent under the same id.',
  busy: 'The server is busy.',
  'store.full': 'The server has no room left for new messages.',
  'store.unavailable': 'The server cannot reach its messages right now.',
  'store.damaged': 'What the server has stored there is damaged.',
  offline: 'You are not connected.',
  timeout: 'The server did not answer.',
};

/** A sentence for a WireError; a name that is not known counts as `internal` (W23). */
export function sentenceFor(error) {
  return (Object.hasOwn(ERRORS, error.name) ? ERRORS[error.name] : null) ?? 'Something went wrong at the server.';
}

const ENDS = {
  1000: 'The server ended this connection.',
  4029: 'The server ended this connection after too many refused requests.',
};

/** Why a connection ended that does not come back by itself. */
export function sentenceForEnd(code) {
  return ENDS[code] ?? `The server refused this connection (${code}).`;
}

const LANDING = {
  'bad-login': 'That name and password do not belong together. Please try again.',
  'name-taken': 'Somebody already has this name. Please choose another one.',
  'bad-name': 'A name has 3 to 32 characters. It begins with a letter or digit, and has letters, digits, single spaces and . _ - only.',
  'bad-password': 'A password has 8 to 128 characters, and is not one of those that everybody would try first.',
  'too-many': 'Too many attempts. Please wait a minute, then try again.',
  busy: 'The server is busy right now. Please try again in a moment.',
  'signed-out': 'You are logged out. Log in to go on.',
};

/** What the landing page says about the code in its address. */
export function sentenceForLanding(code) {
  return Object.hasOwn(LANDING, code) ? LANDING[code] : 'That did not work. Please try again.';
}
