import type { PageGroup } from '../../../src/store/page-group';
import { CommitQueue, type QueuedPage } from '../../../src/writer/commit-queue';

/** A queue whose transactions are named in the order of what happens to them. */
function createQueue(broken: Partial<PageGroup> = {}) {
  const log: string[] = [];
  const group: PageGroup = {
    addPage: () => ({ kind: 'refused' }),
    addChanges: () => ({ kind: 'refused' }),
    commit: () => void log.push('commit'),
    rollBack: () => void log.push('undo'),
    ...broken,
  };
  const queue = new CommitQueue({
    openPages() {
      log.push('begin');
      return group;
    },
  });
  const page = (name: string): QueuedPage => ({
    write: () => void log.push(name),
    settle: () => void log.push(`${name} settled`),
    fail: () => void log.push(`${name} failed`),
  });
  return { queue, log, page };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('a page that others follow waits for them, and the last of them ends the transaction', async () => {
  const { queue, log, page } = createQueue();
  queue.add(page('a'), true);
  await turn();
  expect(log).toEqual(['begin', 'a']);
  queue.add(page('b'), false);
  await turn();
  expect(log).toEqual(['begin', 'a', 'b', 'commit', 'a settled', 'b settled']);
});

test('what came while a page was written that nothing followed goes with it', async () => {
  const { queue, log, page } = createQueue();
  queue.add(page('a'), false);
  queue.add(page('b'), true);
  await turn();
  expect(log).toEqual(['begin', 'a', 'b']);
  queue.flush();
  expect(log).toEqual(['begin', 'a', 'b', 'commit', 'a settled', 'b settled']);
});

test('a full transaction does not wait', () => {
  const { queue, log, page } = createQueue();
  for (let at = 0; at < 33; at++) queue.add(page(String(at)), true);
  expect(log.filter((entry) => entry === 'commit')).toHaveLength(1);
  expect(log.at(-1)).toBe('32');
  expect(log.at(-2)).toBe('begin');
});

test('pages fail, each once, where their transaction cannot even be undone', () => {
  const { queue, log, page } = createQueue({
    rollBack: () => {
      throw new Error('no rollback');
    },
  });
  queue.add(page('a'), true);
  queue.add(
    {
      ...page('b'),
      write: () => {
        throw new Error('no write');
      },
    },
    true,
  );
  expect(log).toEqual(['begin', 'a', 'a failed', 'b failed']);
  queue.add(page('c'), true);
  expect(log.slice(4)).toEqual(['begin', 'c']);
});
