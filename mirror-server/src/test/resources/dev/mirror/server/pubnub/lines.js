'use strict';
// What the drivers of both SDKs share: commands come as lines of JSON, answers and what clients hear go as such lines.
const readline = require('node:readline');

const write = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** A failure that the SDK told of. */
class Refused extends Error {
  constructor(status, text) {
    super(text);
    this.status = status || 0;
  }
}

/**
 * @param open makes a client of its settings and of a function that takes what it hears
 * @param calls by name: takes a client and what to do it with, and promises the result
 */
function serve(open, calls) {
  const clients = new Map();
  const lines = readline.createInterface({ input: process.stdin });
  // What SDKs print would be taken for answers.
  console.log = console.error;
  lines.on('line', async (line) => {
    const { id, client, call, with: what } = JSON.parse(line);
    try {
      let result = {};
      if (call === 'open') {
        clients.set(client, open(what, (heard) => write({ client, heard })));
      } else {
        result = await calls[call](clients.get(client), what);
      }
      write({ re: id, result: result === undefined ? {} : result });
    } catch (failure) {
      if (!(failure instanceof Refused)) console.error(failure);
      write({ re: id, refused: { status: failure.status || 0, text: String(failure.message) } });
    }
  });
  lines.on('close', () => process.exit(0));
}

module.exports = { serve, Refused };
