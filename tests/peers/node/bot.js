// A bot as the documentation of the official SDK shows it. What it gets, it tells in lines that begin with "@".
const lark = require('@larksuiteoapi/node-sdk');

const tell = (what) => console.log(`@${JSON.stringify(what)}`);

const eventDispatcher = new lark.EventDispatcher({}).register({
  'im.message.receive_v1': async (data) => {
    const { text } = JSON.parse(data.message.content);
    tell({ event_id: data.event_id, text });
    if (text === 'fail') throw new Error('as asked');
  },
  'card.action.trigger': async (data) => ({
    toast: { type: 'success', content: `完成 ${data.action.value.number}` },
  }),
});

// What proves who the app is, without its secret.
const assertion = process.env.LARK_CLIENT_ASSERTION;
const clientAssertionProvider = { retrieveToken: () => ({ value: assertion }) };

new lark.WSClient({
  appId: process.env.LARK_APP_ID,
  appSecret: process.env.LARK_APP_SECRET,
  ...(assertion && { clientAssertionProvider }),
  domain: process.env.LARK_BASE_URL,
  loggerLevel: lark.LoggerLevel.warn,
}).start({ eventDispatcher });
