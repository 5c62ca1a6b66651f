'use strict';
// Drives PubNub's SDK for JavaScript of today, of the last line under MIT. Its folder is the argument.
const { serve, Refused } = require('./lines.js');
const PubNub = require(process.argv[2]);

const told = (promise) =>
  promise.catch((failure) => {
    const status = failure.status || {};
    const data = status.errorData || {};
    const response = data.response || {};
    throw new Refused(
      status.statusCode || data.status || response.status,
      `${failure.message} ${JSON.stringify(status, (key, value) => (key === 'client' || key === 'req' ? undefined : value))}`,
    );
  });

function open(settings, hear) {
  const client = new PubNub({
    subscribeKey: settings.subscribe,
    publishKey: settings.publish,
    secretKey: settings.secret,
    cipherKey: settings.cipher,
    filterExpression: settings.filter,
    presenceTimeout: settings.heartbeat,
    userId: settings.user,
    origin: settings.origin,
    ssl: false,
    keepAlive: true,
  });
  let connected;
  const connection = new Promise((resolve) => {
    connected = resolve;
  });
  const event = (kind, from) => ({
    kind,
    channel: from.channel,
    subscription: from.subscription,
    publisher: from.publisher,
    timetoken: from.timetoken,
  });
  client.addListener({
    status(status) {
      hear({ kind: 'status', category: status.category, error: Boolean(status.error), status: status.statusCode });
      if (status.category === 'PNConnectedCategory') connected();
    },
    message: (it) => hear({ ...event('message', it), message: it.message, meta: it.userMetadata }),
    signal: (it) => hear({ ...event('signal', it), message: it.message }),
    messageAction: (it) =>
      hear({
        ...event('action', it),
        event: it.event,
        type: it.data.type,
        value: it.data.value,
        user: it.data.uuid,
        message: it.data.messageTimetoken,
        action: it.data.actionTimetoken,
      }),
    presence: (it) =>
      hear({ ...event('presence', it), event: it.action, user: it.uuid, occupancy: it.occupancy, state: it.state }),
  });
  return { client, connection };
}

const publish = (client, what, how) =>
  told(
    client[how]({
      channel: what.channel,
      message: what.message,
      meta: what.meta,
      storeInHistory: what.store,
      ttl: what.hours,
      sendByPost: Boolean(what.post),
    }),
  );

const resources = (names, may) =>
  Object.fromEntries((names || []).map((name) => [name, Object.fromEntries(may.map((each) => [each, true]))]));

serve(open, {
  close({ client }) {
    client.removeAllListeners();
    client.stop();
  },
  time: ({ client }) => told(client.time()).then(({ timetoken }) => ({ timetoken: String(timetoken) })),
  publish: ({ client }, what) => publish(client, what, 'publish'),
  fire: ({ client }, what) => publish(client, what, 'fire'),
  signal: ({ client }, what) => told(client.signal({ channel: what.channel, message: what.message })),
  async subscribe({ client, connection }, what) {
    client.subscribe({
      channels: what.channels || [],
      channelGroups: what.groups || [],
      withPresence: Boolean(what.presence),
      timetoken: what.timetoken,
    });
    if (what.wait !== false) await connection;
  },
  unsubscribe: ({ client }, what) =>
    client.unsubscribe({ channels: what.channels || [], channelGroups: what.groups || [] }),
  async history({ client }, what) {
    const found = await told(
      client.history({
        channel: what.channel,
        count: what.count || 100,
        start: what.start,
        end: what.end,
        reverse: Boolean(what.reverse),
        stringifiedTimeToken: true,
        includeMeta: true,
      }),
    );
    return {
      start: String(found.startTimeToken),
      end: String(found.endTimeToken),
      messages: found.messages.map(({ entry, timetoken, meta }) => ({ message: entry, timetoken, meta })),
    };
  },
  async fetch({ client }, what) {
    const { channels } = await told(
      client.fetchMessages({
        channels: what.channels,
        count: what.count,
        start: what.start,
        end: what.end,
        stringifiedTimeToken: true,
        includeMeta: true,
        includeUUID: true,
        includeMessageActions: Boolean(what.actions),
      }),
    );
    const shown = ({ message, timetoken, uuid, meta, actions }) => ({ message, timetoken, publisher: uuid, meta, actions });
    return Object.fromEntries(Object.entries(channels).map(([name, all]) => [name, all.map(shown)]));
  },
  delete: ({ client }, what) =>
    told(client.deleteMessages({ channel: what.channel, start: what.start, end: what.end })),
  counts: ({ client }, what) =>
    told(client.messageCounts({ channels: what.channels, channelTimetokens: what.timetokens })).then(
      ({ channels }) => channels,
    ),
  groupAdd: ({ client }, { group, channels }) =>
    told(client.channelGroups.addChannels({ channelGroup: group, channels })),
  groupRemove: ({ client }, { group, channels }) =>
    told(client.channelGroups.removeChannels({ channelGroup: group, channels })),
  groupDelete: ({ client }, { group }) => told(client.channelGroups.deleteGroup({ channelGroup: group })),
  groupList: ({ client }, { group }) =>
    told(client.channelGroups.listChannels({ channelGroup: group })).then(({ channels }) => channels),
  groups: ({ client }) => told(client.channelGroups.listGroups()).then(({ groups }) => groups),
  actionAdd: ({ client }, { channel, message, type, value }) =>
    told(client.addMessageAction({ channel, messageTimetoken: message, action: { type, value } })).then(({ data }) => ({
      timetoken: data.actionTimetoken,
    })),
  actionRemove: ({ client }, { channel, message, action }) =>
    told(client.removeMessageAction({ channel, messageTimetoken: message, actionTimetoken: action })),
  actions: ({ client }, { channel, start, limit }) =>
    told(client.getMessageActions({ channel, start, limit })).then(({ data }) =>
      data.map((it) => ({
        type: it.type,
        value: it.value,
        user: it.uuid,
        message: it.messageTimetoken,
        action: it.actionTimetoken,
      })),
    ),
  async hereNow({ client }, what) {
    const { channels } = await told(
      client.hereNow({
        channels: what.channels || [],
        channelGroups: what.groups || [],
        includeUUIDs: true,
        includeState: true,
      }),
    );
    const here = ({ occupancy, occupants }) => ({
      occupancy,
      users: Object.fromEntries(occupants.map(({ uuid, state }) => [uuid, state === undefined ? null : state])),
    });
    return Object.fromEntries(Object.entries(channels).map(([name, all]) => [name, here(all)]));
  },
  whereNow: ({ client }, { user }) => told(client.whereNow({ uuid: user })).then(({ channels }) => channels),
  setState: ({ client }, { channels, state }) => told(client.setState({ channels, state })).then((done) => done.state),
  getState: ({ client }, { channels, user }) =>
    told(client.getState({ channels, uuid: user })).then((found) => found.channels),
  async grant({ client }, what) {
    const token = await told(
      client.grantToken({
        ttl: what.minutes === undefined ? 60 : what.minutes,
        authorized_uuid: what.user,
        ...(what.channels ? { resources: { channels: resources(what.channels, what.may) } } : {}),
        ...(what.patterns ? { patterns: { channels: resources(what.patterns, what.may) } } : {}),
      }),
    );
    return { token };
  },
  revoke: ({ client }, { token }) => told(client.revokeToken(token)),
  token: ({ client }, { token }) => client.setToken(token),
  parse({ client }, { token }) {
    const { version, ttl, authorized_uuid: user, resources: found } = client.parseToken(token);
    return { version, minutes: ttl, user: user === undefined ? null : user, channels: found.channels };
  },
  grantKeys: ({ client }, { channels, keys }) =>
    told(client.grant({ channels, authKeys: keys, read: true, write: true, ttl: 60 })),
  files: ({ client }, { channel }) => told(client.listFiles({ channel })),
  metadata: ({ client }) => told(client.objects.setUUIDMetadata({ data: { name: 'U' } })),
  push: ({ client }) => told(client.push.listChannels({ device: 'device', pushGateway: 'gcm' })),
});
