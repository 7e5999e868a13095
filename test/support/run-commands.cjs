/** Runs one command line after another in this process, each with an environment and streams of its own. */
const { Readable, Writable } = require('node:stream');
const { main } = require('../../dist/commands/main.js');

/** Sends what is written to the parent, under the stream's name. */
const sender = (name) =>
  new Writable({
    decodeStrings: false,
    write(chunk, _, done) {
      process.send({ [name]: String(chunk) });
      done();
    },
  });

function setEnvironment(env) {
  for (const name of Object.keys(process.env)) if (env[name] === undefined) delete process.env[name];
  Object.assign(process.env, env);
}

async function run({ args, env }) {
  setEnvironment(env);
  const host = {
    stdin: Readable.from([]),
    stdout: sender('stdout'),
    stderr: sender('stderr'),
    env: process.env,
    onSignal: () => () => undefined,
    exit: (code) => process.exit(code),
    leaveWithin: () => undefined,
  };
  process.send({ code: await main(host, args) });
}

process.on('message', (command) => void run(command));
