import { nextCommand } from '../../../src/commands/demo/next';
import { parseConfig } from '../../../src/config';

const HOME = '/home/somebody';

test.each([
  { env: {}, flags: {}, says: 'gdrive-sync --home ~/.local/share/gdrive-sync du' },
  { env: { npm_command: 'exec' }, flags: { home: '/data' }, says: 'npx gdrive-sync --home /data du' },
  { env: {}, flags: { home: "/it's here" }, says: String.raw`gdrive-sync --home '/it'\''s here' du` },
  { env: {}, flags: { home: `${HOME}/my data` }, says: `gdrive-sync --home '${HOME}/my data' du` },
  {
    env: { GDRIVE_SYNC_ACCOUNT: 'work' },
    flags: { home: '/data' },
    says: 'gdrive-sync --home /data --account default du',
  },
])('a command of the demo works in a shell: $says', ({ env, flags, says }) => {
  expect(nextCommand(parseConfig({ HOME, ...env }, flags), 'du')).toBe(says);
});
