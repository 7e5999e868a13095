/** Texts as the extractor's process returns them, and a copy that keeps some. */
import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import type { PlaceMark } from '../../src/content/model/marks';
import type { ContentReason } from '../../src/content/model/state';
import { termsOf } from '../../src/content/model/terms';
import { openHome } from '../../src/process/home';
import { readStore } from '../../src/process/stores';
import { storeIdOf } from '../../src/queries/jobs/store-facts';
import { openContentStore } from '../../src/content/store/content-store';
import type { DocumentResult, FetchedText } from '../../src/content/store/documents';

/** A text that was fetched. */
export function fetchedText(text: string, marks: readonly PlaceMark[] = [], truncated = false): FetchedText {
  return {
    kind: 'text',
    chars: text.length,
    truncated,
    marks,
    text: deflateRawSync(text),
    terms: Buffer.from(termsOf(text)),
    sha256: createHash('sha256').update(text).digest('hex'),
  };
}

/** The paths of both stores of an account, and the id of the copy. */
interface Stores {
  metadata: string;
  content: string;
  storeId: string;
}

/** Plans all files of a copy, and keeps these texts by file id, or the reasons why there are none. */
export function keepTexts(
  { metadata, content, storeId }: Stores,
  texts: Readonly<Record<string, FetchedText | ContentReason>>,
): void {
  const now = Date.now();
  const store = openContentStore(content, metadata);
  try {
    const lease = store.claim(storeId);
    while (store.plan(lease, now).more);
    const due = store.take({ lease, now, driveNow: now }, 1_000);
    const results = due.flatMap(({ fileId, stamp }): DocumentResult[] => {
      const text = texts[fileId];
      if (text === undefined) return [];
      return typeof text === 'string'
        ? [{ fileId, stamp, ok: false, reason: text }]
        : [{ fileId, stamp, ok: true, text }];
    });
    store.commit(lease, results, now);
  } finally {
    store.close();
  }
}

/** What becomes of files by their ids: a text, or the reason why there is none. */
export type Outcomes = Readonly<Record<string, { text: string } | { reason: ContentReason }>>;

/** The same for the account `default` of a home; other files stay due. */
export function fillTexts(homePath: string, outcomes: Outcomes): void {
  const home = openHome(homePath);
  const storeId = readStore(home, 'default', storeIdOf) ?? '';
  const stores = { metadata: home.storeOf('default'), content: home.contentOf('default'), storeId };
  const texts = Object.entries(outcomes).map(([id, outcome]): [string, FetchedText | ContentReason] => [
    id,
    'text' in outcome ? fetchedText(outcome.text) : outcome.reason,
  ]);
  keepTexts(stores, Object.fromEntries(texts));
}
