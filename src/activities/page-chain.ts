import type { RawBody } from '../drive/wire/json';
import type { OnAhead } from '../writer/store-writer';

/** Pages of which each names the one after it. */
export interface PageChain<P, R, B extends RawBody = RawBody> {
  ask(page: P): Promise<B>;
  /** `onAhead` is told how the chain goes on, before the page is committed. */
  commit(page: P, body: B, onAhead: OnAhead): Promise<R>;
  /** The page that a token leads to; undefined where it is not to be asked for now. */
  after(page: P, token: string): P | undefined;
  /** False where pages that follow are of no use. */
  goesOn(result: R): boolean;
  /** Pages that may be handed on and not be committed yet. */
  most: number;
}

/** Where a chain was left. All pages before the one that failed are committed, and none after it. */
export type ChainEnd<P, R> = { kind: 'done'; result: R } | { kind: 'failed'; page: P; error: unknown };

/**
 * Follows a chain as far as it is to be followed. A page is asked for as soon as the one before it has told its token, and handed on before that is
 * committed. Never rejects; returns when nothing is on its way any more.
 */
export async function followChain<P, R, B extends RawBody>(
  chain: PageChain<P, R, B>,
  first: P,
): Promise<ChainEnd<P, R>> {
  const ends: Promise<ChainEnd<P, R>>[] = [];
  const stops = (end: ChainEnd<P, R>): boolean => end.kind === 'failed' || !chain.goesOn(end.result);
  for (let page: P | undefined = first; page !== undefined;) {
    const asked: ChainEnd<P, B> = await endOf(page, chain.ask(page));
    if (asked.kind === 'failed') {
      ends.push(Promise.resolve(asked));
      break;
    }
    const earlier = ends.at(-chain.most);
    if (earlier !== undefined && stops(await earlier)) break;
    const token: string | undefined = await handOn(chain, { page, body: asked.result }, ends);
    page = token === undefined ? undefined : chain.after(page, token);
  }
  return (await Promise.all(ends)).reduce((end, later) => (stops(end) ? end : later));
}

async function endOf<P, T>(page: P, work: Promise<T>): Promise<ChainEnd<P, T>> {
  try {
    return { kind: 'done', result: await work };
  } catch (error) {
    return { kind: 'failed', page, error };
  }
}

/** Returns how the chain goes on, which is known before the page is committed; undefined where nothing is told. */
async function handOn<P, R, B extends RawBody>(
  chain: PageChain<P, R, B>,
  { page, body }: { page: P; body: B },
  ends: Promise<ChainEnd<P, R>>[],
): Promise<string | undefined> {
  return await new Promise((tell) => {
    ends.push(endOf(page, chain.commit(page, body, tell)).finally(() => tell(undefined)));
  });
}
