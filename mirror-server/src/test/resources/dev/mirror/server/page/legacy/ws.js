const socket = new WebSocket(`ws://${location.host}/ws`);

socket.onmessage = ({ data }) => {
  const { code, websocketId, channel } = JSON.parse(data);
  if (code === 'registered.success') {
    me.WebsocketId = websocketId;
  } else if (code === 'subscribe.direct') {
    listen(channel);
  }
};
