import type { RawBody } from '../drive/wire/json';
import type { OnAhead } from '../writer/store-writer';

/** A chain of pages: each names the next. */
export interface PageChain<P, R, B extends RawBody = RawBody> {
  ask(page: P): Promise<B>;
  /** Calls `onAhead` with the next page's token before the page is committed. */
  commit(page: P, body: B, onAhead: OnAhead): Promise<R>;
  /** The page that a token leads to; undefined if it should not be requested now. */
  after(page: P, token: string): P | undefined;
  /** False if the pages that follow are useless. */
  continues(result: R): boolean;
  /** Pages that may be handed on but not be committed yet. */
  most: number;
}

/** Where a chain ended. All pages before the failed one are committed, and none after it. */
export type ChainEnd<P, R> = { kind: 'done'; result: R } | { kind: 'failed'; page: P; error: unknown };

/**
 * Follows a chain of pages until it ends or `after` stops it. Requests each page as soon as the token from
 * the page before is known, and hands it on before that page is committed. Never rejects. Returns once
 * nothing is in flight.
 */
export async function followChain<P, R, B extends RawBody>(
  chain: PageChain<P, R, B>,
  first: P,
): Promise<ChainEnd<P, R>> {
  const ends: Promise<ChainEnd<P, R>>[] = [];
  const stops = (end: ChainEnd<P, R>): boolean => end.kind === 'failed' || !chain.continues(end.result);
  let page: P | undefined = first;
  while (page !== undefined) {
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

/**
 * Hands a page on for its commit. Returns the next page's token, which is known before that; undefined if
 * there is none.
 */
async function handOn<P, R, B extends RawBody>(
  chain: PageChain<P, R, B>,
  { page, body }: { page: P; body: B },
  ends: Promise<ChainEnd<P, R>>[],
): Promise<string | undefined> {
  return await new Promise((resolve) => {
    const committed = endOf(page, chain.commit(page, body, resolve));
    // A commit that names no token ends the chain.
    ends.push(committed.finally(() => resolve(undefined)));
  });
}
