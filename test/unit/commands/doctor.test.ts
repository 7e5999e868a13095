import { checkClock } from '../../../src/commands/doctor/drive';
import { quoted } from '../../../src/commands/doctor/finding';
import { checkNode, checkSpace } from '../../../src/commands/doctor/machine';

test.each([
  ['18.20.4', 'error'],
  ['20.18.3', 'error'],
  ['20.19.0', 'ok'],
  ['22.1.0', 'ok'],
])('Node %s is %s by what package.json asks for', (version, level) => {
  expect(checkNode(version)).toMatchObject({
    level,
    ...(level === 'error' && { remedy: 'install Node 20.19 or newer' }),
  });
});

test.each([
  [99 * 1024 ** 2, 'error'],
  [101 * 1024 ** 2, 'warning'],
  [1023 * 1024 ** 2, 'warning'],
  [1024 ** 3, 'ok'],
])('%s free bytes are a matter of %s', (free, level) => {
  expect(checkSpace(free)).toMatchObject({ check: 'space', level });
});

test.each([
  [0, 'ok', /agrees/],
  [-60_000, 'ok', /agrees/],
  [61_000, 'warning', /1 min 1 s behind Google's$/],
  [-300_000, 'warning', /5 min 0 s ahead of Google's$/],
  [300_001, 'error', /behind Google's: logins fail$/],
  [undefined, 'ok', /unknown/],
])('a Drive whose clock is %s ms ahead is a matter of %s', (ahead, level, says) => {
  expect(checkClock(ahead)).toMatchObject({ level, says: expect.stringMatching(says) as string });
});

test('a path is written so that a shell takes it as one', () => {
  expect(quoted('/home/me/.local/share/gdrive-sync')).toBe('/home/me/.local/share/gdrive-sync');
  expect(quoted("/home/me/It's $mine")).toBe(String.raw`'/home/me/It'\''s $mine'`);
});
