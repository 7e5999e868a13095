/** An extractor that does what the first word in the file says. */
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const { readFileSync, readSync, readdirSync, writeFileSync, writeSync } = require('node:fs');
const { Worker } = require('node:worker_threads');

function frame(header) {
  const json = Buffer.from(JSON.stringify({ parts: [], ...header }));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json]);
}

const grown = [];
const DEEDS = {
  fine: () => process.stdout.write(frame({ ok: false, problem: 'no-text', rss: process.memoryUsage.rss() })),
  // As the digest.
  pid: () =>
    process.stdout.write(
      frame({
        ok: true,
        kind: 'text',
        chars: 0,
        marks: [],
        truncated: false,
        sha256: process.pid.toString(16).padStart(64, '0'),
        rss: 0,
        parts: [0, 0],
      }),
    ),
  // Whether it can do what it must not.
  look: () => {
    const deeds = [
      () => readFileSync('/etc/hostname'),
      () => readdirSync('/'),
      () => writeFileSync('/tmp/written', ''),
      () => writeSync(3, 'x', 0),
      () => spawnSync('/bin/true').error ?? 'done',
      () => new Worker('', { eval: true }),
      () => assert(Object.keys(process.env).some((name) => name !== 'PWD')),
    ];
    const done = deeds.filter((deed) => {
      try {
        return !(deed() instanceof Error);
      } catch {
        return false;
      }
    });
    process.stdout.write(frame({ ok: false, problem: done.length > 0 ? 'malformed' : 'encrypted', rss: 0 }));
  },
  exit: () => process.exit(7),
  kill: () => process.kill(process.pid, 'SIGKILL'),
  throw: () => {
    throw new Error('unexpected');
  },
  loop: () => {
    for (;;);
  },
  heap: () => {
    for (;;) grown.push({ grown: [grown.length] });
  },
  buffers: () => {
    for (;;) grown.push(Buffer.alloc(10_000_000, 1));
  },
  endless: () => {
    const flood = () => process.stdout.write(Buffer.alloc(1_000_000, 1), flood);
    flood();
  },
  large: () => process.stdout.write(frame({ parts: [40_000_000] })),
  garbage: () => process.stdout.write('<html>no frame</html>'),
  lies: () => process.stdout.write(frame({ ok: true, kind: 'text', chars: -1, rss: 0 })),
  twice: () => {
    DEEDS.fine();
    DEEDS.fine();
  },
  unseen: () => undefined,
};

process.stdout.write(frame({ ready: true }));
process.stdin.on('data', (bytes) => {
  const { slot, size } = JSON.parse(bytes.subarray(4));
  const word = Buffer.alloc(size);
  readSync(3 + slot, word, 0, size, 0);
  DEEDS[word.toString()]();
});
process.stdin.on('end', () => process.exit(0));
