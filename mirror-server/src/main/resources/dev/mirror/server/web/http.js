/** What this page asks over HTTP; the cookie says for whom. */

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

/** Promises `{UserId, Username, ChannelId}`, or null if there is no such user. `by` is `name` or `id`. */
export async function findUser(by, text) {
  const response = await fetch(`/users?${by}=${encodeURIComponent(text)}`, { headers: { Accept: 'application/json' } });
  if (response.ok) {
    return response.json();
  }
  if (response.status === 404 || response.status === 400) {
    return null;
  }
  throw new Error(`looking up a user answered ${response.status}`);
}
