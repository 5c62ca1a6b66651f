/** What a client does about refusals and ends: the errors of W23, the close codes of W11, the backoff. No state. */

const BACKOFF_BASE_MS = 1000;
const BACKOFF_CAP_MS = 30000;

/** Why a request got no good answer. `name` is an error of W23, or `offline`, or `timeout`. */
export class WireError extends Error {
  constructor({ name = 'internal', retry = 'never', afterMs = 0, detail = '' } = {}) {
    super(detail || name);
    this.name = name;
    this.retry = retry;
    this.afterMs = afterMs;
    this.detail = detail;
  }
}

/** What to do about the end of a connection (W11): `stay` away, `wait` and return, return `now`, or get a `token`. */
export function verdict(code) {
  if (code === 1000 || (code >= 4000 && code < 4100)) {
    return 'stay';
  }
  if (code >= 4200 && code < 4300) {
    return 'now';
  }
  return code >= 4300 && code < 4400 ? 'token' : 'wait';
}

/** Full jitter: anything from nothing up to a ceiling that doubles with each attempt. */
export function backoff(attempt, random) {
  return Math.round(random() * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** Math.min(attempt, 10)));
}

/** An id for a request or a publication: 22 characters of chance. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
