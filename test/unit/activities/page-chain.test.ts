import { followChain, type PageChain } from '../../../src/activities/page-chain';
import type { RawBody } from '../../../src/drive/wire/json';

const BODY: RawBody = { bytes: new Uint8Array(), gzip: false };

/** What happens to pages 1, 2, ...: commits are left open until they are let go of. */
class Stage {
  readonly log: string[] = [];
  readonly #held = new Map<number, (result: Promise<string>) => void>();
  readonly last: number;
  readonly most: number;

  constructor({ last, most = 2 }: { last: number; most?: number }) {
    [this.last, this.most] = [last, most];
  }

  chain(changes: Partial<PageChain<number, string>> = {}): PageChain<number, string> {
    return {
      ask: async (page) => {
        this.log.push(`ask ${String(page)}`);
        return await Promise.resolve(BODY);
      },
      commit: async (page, _body, onAhead) => {
        this.log.push(`hand on ${String(page)}`);
        onAhead(page < this.last ? String(page + 1) : undefined);
        return await new Promise<string>((settle) => this.#held.set(page, settle));
      },
      after: (_page, token) => Number(token),
      continues: (result) => result !== 'refused',
      most: this.most,
      ...changes,
    };
  }

  async end(page: number, result: Promise<string> | string): Promise<void> {
    await quiet();
    this.log.push(`end ${String(page)}`);
    this.#held.get(page)?.(Promise.resolve(result));
    await quiet();
  }
}

/** Everything that can go on has gone on. */
async function quiet(): Promise<void> {
  await new Promise((settle) => setImmediate(settle));
}

test('pages are asked for and handed on before those before them are committed, but not too many', async () => {
  const stage = new Stage({ last: 4 });
  const followed = followChain(stage.chain(), 1);
  for (const page of [1, 2, 3, 4]) await stage.end(page, `result ${String(page)}`);
  await expect(followed).resolves.toEqual({ kind: 'done', result: 'result 4' });
  expect(stage.log).toEqual([
    'ask 1',
    'hand on 1',
    'ask 2',
    'hand on 2',
    'ask 3',
    'end 1',
    'hand on 3',
    'ask 4',
    'end 2',
    'hand on 4',
    'end 3',
    'end 4',
  ]);
});

test('the first page that is refused ends the chain, and those that are on their way are waited for', async () => {
  const stage = new Stage({ last: 9 });
  let over = false;
  const followed = followChain(stage.chain(), 1).finally(() => (over = true));
  await stage.end(1, 'refused');
  expect(over).toBe(false);
  await stage.end(2, 'refused');
  await expect(followed).resolves.toEqual({ kind: 'done', result: 'refused' });
  expect(stage.log).toEqual(['ask 1', 'hand on 1', 'ask 2', 'hand on 2', 'ask 3', 'end 1', 'end 2']);
});

test('a page that cannot be had is told when those before it are committed', async () => {
  const stage = new Stage({ last: 9, most: 9 });
  const lost = new Error('the network is gone');
  const { ask } = stage.chain();
  const chain = stage.chain({
    ask: async (page) => (page === 3 ? await Promise.reject(lost) : await ask(page)),
  });
  const followed = followChain(chain, 1);
  await stage.end(1, 'first');
  await stage.end(2, 'second');
  await expect(followed).resolves.toEqual({ kind: 'failed', page: 3, error: lost });
});

test('a page that cannot be committed comes before one that cannot be had', async () => {
  const stage = new Stage({ last: 9, most: 9 });
  const full = new Error('the disk is full');
  const { ask } = stage.chain();
  const chain = stage.chain({
    ask: async (page) => (page === 3 ? await Promise.reject(new Error('later')) : await ask(page)),
  });
  const followed = followChain(chain, 1);
  await stage.end(1, 'first');
  await stage.end(2, Promise.reject(full));
  await expect(followed).resolves.toEqual({ kind: 'failed', page: 2, error: full });
});

test('a page that fails before it has told how the chain goes on ends it', async () => {
  const broken = new Error('no page');
  const chain = new Stage({ last: 9 }).chain({ commit: async () => await Promise.reject(broken) });
  await expect(followChain(chain, 1)).resolves.toEqual({ kind: 'failed', page: 1, error: broken });
});

test('a page that is not to be asked for now ends the chain at the one before it', async () => {
  const stage = new Stage({ last: 9 });
  const followed = followChain(stage.chain({ after: () => undefined }), 1);
  await stage.end(1, 'first');
  await expect(followed).resolves.toEqual({ kind: 'done', result: 'first' });
  expect(stage.log).toEqual(['ask 1', 'hand on 1', 'end 1']);
});
