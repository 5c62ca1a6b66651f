/**
 * What came by PubNub's interface without a proof of who said it (W57). The payload says who it claims to be; that is
 * shown as a claim, and believed for nothing else.
 */

/** Stands as the publisher where nobody is proved. */
const NOBODY = 'pubnub-gateway';
const LONGEST = 64;
const SOMEBODY = 'Somebody';

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

/** Whether nothing proves who said this: that is for the publisher to tell, which no payload can change. */
export const isUnverified = (publisher) => publisher === NOBODY;

/** The name that data claims to come from, for a person; never empty, and on one line. */
export function claimOf(data) {
  const name = isObject(data) && typeof data.username === 'string' ? data.username.replaceAll(/\s+/g, ' ').trim() : '';
  return [...(name || SOMEBODY)].slice(0, LONGEST).join('');
}
