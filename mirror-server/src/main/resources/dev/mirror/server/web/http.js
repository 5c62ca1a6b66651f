/** What this page asks over HTTP; the cookie says for whom. */

import { isId } from './names.js';

/** A newer token for this session, or null when nobody is signed in. Fails when the server cannot be asked. */
export async function renew() {
  const response = await fetch('/auth/token', { method: 'POST', headers: { Accept: 'application/json' } });
  if (response.status === 401 || response.status === 403) {
    return null;
  }
  if (!response.ok) {
    throw new Error(`renewing answered ${response.status}`);
  }
  return response.json();
}

/** Ids are long; a short text that is nobody's name is a typing error and not an id. */
const SHORTEST_ID = 16;

/** Promises `{UserId, Username, ChannelId}`, only `{UserId}` for what can be an id, or `{complaint}`. */
export async function findUser(text) {
  try {
    const response = await fetch(`/users?name=${encodeURIComponent(text)}`, { headers: { Accept: 'application/json' } });
    if (response.ok) {
      return await response.json();
    }
    if (response.status !== 404 && response.status !== 400) {
      return { complaint: 'The server could not be asked. Please try again.' };
    }
  } catch {
    return { complaint: 'The server cannot be reached right now.' };
  }
  return isId(text) && text.length >= SHORTEST_ID ? { UserId: text } : { complaint: 'Nobody has this name or id.' };
}
