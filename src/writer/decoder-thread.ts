/** The decoder's thread. */
import type { ChangeListPage } from '../drive/wire/change-list';
import { localDecoder, type Decoded, type Decoder, type PackedPage } from './decoder';
import { memoryOf } from './packed-files';
import { serveCalls } from './thread-calls';

type Answer = Decoded<ChangeListPage> | Decoded<PackedPage> | undefined;

serveCalls(
  async ({ method, args }) => {
    const decode = localDecoder[method as keyof Decoder] as (...given: readonly unknown[]) => Promise<Answer>;
    return await decode(...args);
  },
  (answer: Answer) => {
    if (answer === undefined) return [];
    const { page, body } = answer;
    // The body was moved here, whole.
    return [...('files' in page ? memoryOf(page.files) : []), body.bytes.buffer as ArrayBuffer];
  },
);
