'use strict';
// Drives PubNub's SDK for browsers of 2016. Its folder is the argument. All it needs of a browser is XMLHttpRequest.
const http = require('node:http');
const path = require('node:path');
const { serve, Refused } = require('./lines.js');

const agent = new http.Agent({ keepAlive: true });

/** As much of it as the SDK uses: whatever the status, what was answered is loaded. */
global.XMLHttpRequest = class {
  open(method, url) {
    this.request = http.request(url, { method, agent, headers: { Origin: 'https://page.example' } });
  }

  send() {
    this.request.on('error', () => this.onerror && this.onerror());
    this.request.on('response', (response) => {
      if (response.headers['access-control-allow-origin'] !== '*') {
        if (this.onerror) this.onerror();
        return;
      }
      response.setEncoding('utf8');
      this.responseText = '';
      response.on('data', (text) => {
        this.responseText += text;
      });
      response.on('end', () => this.onload && this.onload());
    });
    this.request.end();
  }

  abort() {
    this.onload = this.onerror = null;
    if (this.request) this.request.destroy();
  }
};

const PUBNUB = require(path.join(process.argv[2], 'modern', 'dist', 'pubnub.js'));

function open(settings, hear) {
  const client = PUBNUB.init({
    subscribe_key: settings.subscribe,
    publish_key: settings.publish,
    secret_key: settings.secret || '',
    cipher_key: settings.cipher,
    uuid: settings.user,
    origin: settings.origin,
    heartbeat: settings.heartbeat,
    ssl: false,
  });
  return { client, hear };
}

/** The result of a call with callbacks. */
const told = (call) =>
  new Promise((resolve, reject) => {
    const refused = (failure) => reject(new Refused(0, JSON.stringify(failure)));
    call({
      callback: (result) =>
        result && (result.error || (Array.isArray(result) && result[0] === 0 && typeof result[1] === 'string'))
          ? refused(result)
          : resolve(result),
      error: refused,
    });
  });

const publish = (client, what, how) =>
  told((back) =>
    client[how]({
      ...back,
      channel: what.channel,
      message: what.message,
      meta: what.meta,
      ...(what.store === undefined ? {} : { store_in_history: what.store }),
    }),
  ).then(([, , timetoken]) => ({ timetoken }));

serve(open, {
  close: ({ client }) => client.shutdown && client.shutdown(),
  time: ({ client }) => new Promise((resolve) => client.time((now) => resolve({ timetoken: String(now) }))),
  publish: ({ client }, what) => publish(client, what, 'publish'),
  fire: ({ client }, what) => publish(client, what, 'fire'),
  subscribe: ({ client, hear }, what) =>
    new Promise((resolve) => {
      const names = (list) => (list && list.length ? list.join(',') : undefined);
      client.subscribe({
        channel: names(what.channels),
        channel_group: names(what.groups),
        timetoken: what.timetoken,
        message: (message, envelope, subscription, latency, channel) =>
          hear({ kind: 'message', channel, subscription: subscription === channel ? null : subscription, message }),
        presence: what.presence
          ? (event, envelope, subscription, latency, channel) =>
              hear({
                kind: 'presence',
                channel,
                event: event.action,
                user: event.uuid,
                occupancy: event.occupancy,
                state: event.data,
              })
          : undefined,
        connect: () => {
          hear({ kind: 'status', category: 'PNConnectedCategory', error: false });
          resolve({});
        },
        error: (failure) => hear({ kind: 'status', category: JSON.stringify(failure), error: true }),
      });
    }),
  unsubscribe: ({ client }, what) => {
    if (what.channels) client.unsubscribe({ channel: what.channels.join(',') });
    if (what.groups) client.unsubscribe({ channel_group: what.groups.join(',') });
  },
  async history({ client }, what) {
    const [messages, start, end] = await told((back) =>
      client.history({
        ...back,
        channel: what.channel,
        channel_group: what.group,
        count: what.count || 100,
        start: what.start,
        end: what.end,
        reverse: what.reverse ? 'true' : 'false',
        include_token: true,
        string_message_token: true,
      }),
    );
    return { start: String(start), end: String(end), messages };
  },
  groupAdd: ({ client }, { group, channels }) =>
    told((back) => client.channel_group_add_channel({ ...back, channel_group: group, channels })),
  groupRemove: ({ client }, { group, channels }) =>
    told((back) => client.channel_group_remove_channel({ ...back, channel_group: group, channels })),
  groupDelete: ({ client }, { group }) =>
    told((back) => client.channel_group_remove_group({ ...back, channel_group: group })),
  groupList: ({ client }, { group }) =>
    told((back) => client.channel_group_list_channels({ ...back, channel_group: group })).then(({ channels }) => channels),
  groups: ({ client }, { namespace }) =>
    told((back) => client.channel_group_list_groups({ ...back, namespace })).then(({ groups }) => groups),
  namespaces: ({ client }) =>
    told((back) => client.channel_group_list_namespaces({ ...back })).then(({ namespaces }) => namespaces),
  namespaceRemove: ({ client }, { namespace }) =>
    told((back) => client.channel_group_remove_namespace({ ...back, namespace })),
  async hereNow({ client }, what) {
    const found = await told((back) =>
      client.here_now({
        ...back,
        channel: (what.channels || []).join(',') || undefined,
        channel_group: (what.groups || []).join(',') || undefined,
        state: true,
      }),
    );
    const here = ({ occupancy, uuids }) => ({
      occupancy,
      users: Object.fromEntries(uuids.map(({ uuid, state }) => [uuid, state === undefined ? null : state])),
    });
    const one = (what.channels || []).length === 1 && !(what.groups || []).length;
    if (one) return { [what.channels[0]]: here(found) };
    return Object.fromEntries(Object.entries(found.channels).map(([name, all]) => [name, here(all)]));
  },
  whereNow: ({ client }, { user }) =>
    told((back) => client.where_now({ ...back, uuid: user })).then(({ channels }) => channels),
  setState: ({ client }, { channels, state }) =>
    told((back) => client.state({ ...back, channel: channels.join(','), state })),
  getState: ({ client }, { channels, user }) =>
    told((back) => client.state({ ...back, channel: channels.join(','), uuid: user })).then((found) =>
      channels.length === 1 ? { [channels[0]]: found } : found.channels,
    ),
  token: ({ client }, { token }) => client.auth(token),
  grantKeys: ({ client }, { channels, keys }) =>
    told((back) => client.grant({ ...back, channel: channels, auth_key: keys, read: true, write: true, ttl: 60 })),
  push: ({ client }, { channel }) =>
    told((back) => client.mobile_gw_provision({ ...back, device_id: 'device', op: 'add', gw_type: 'gcm', channel })),
});
