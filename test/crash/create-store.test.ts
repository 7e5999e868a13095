import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const OPEN = join(__dirname, '..', '..', 'dist', 'store', 'sqlite', 'open.js');
const ROUNDS = 6;
const PROCESSES = 6;

/** Waits for the given moment, then reads the store, or makes it if there is none, as every command does. */
const PROGRAM = `
const { openForReading, openForWriting } = require(process.argv[1]);
while (Date.now() < Number(process.argv[3]));
const path = process.argv[2];
const id = () => {
  const db = openForReading(path);
  if (db === undefined) return undefined;
  try { return db.prepare('SELECT store_id FROM store').pluck().get(); } finally { db.close(); }
};
if (id() === undefined) openForWriting(path).close();
process.stdout.write(id());
`;

test('processes that make the same store at once all end up with one whole store', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'create-store-'));
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const path = join(folder, `${String(round)}.db`);
      const args = ['-e', PROGRAM, OPEN, path, String(Date.now() + 400)];
      const run = async () => (await promisify(execFile)(process.execPath, args)).stdout;
      const ids = await Promise.all(Array.from({ length: PROCESSES }, run));
      expect(ids[0]).toMatch(/^[0-9a-f]{16}$/);
      expect(new Set(ids).size).toBe(1);
    }
    expect(readdirSync(folder).filter((name) => !/^\d+\.db(-wal|-shm)?$/.test(name))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
