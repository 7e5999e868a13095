import type { Served } from '../threads/client';
import type { Extraction } from '../content/extraction/pool';
import type { ContentWriter } from '../content/store/content-writer';

/** What work on the contents of an account needs. */
export interface Contents {
  writer: Served<ContentWriter>;
  extraction: Extraction;
  /** Closes the writer. The extraction stays open for others. */
  close(): Promise<void>;
}
