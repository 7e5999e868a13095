/** The decoder's thread. */
import { localDecoder, type Decoded, type Decoder, type PackedLog, type PackedPage } from './decoder';
import { memoryOf } from './packed-files';
import { serveCalls } from './thread-calls';

type Answer = Decoded<PackedLog | PackedPage> | undefined;

serveCalls(
  async ({ method, args }) => {
    const decode = localDecoder[method as keyof Decoder] as (...given: readonly unknown[]) => Promise<Answer>;
    return await decode(...args);
  },
  (answer: Answer) => {
    if (answer === undefined) return [];
    // The body was moved here, whole.
    return [...memoryOf(answer.page.files), answer.body.bytes.buffer as ArrayBuffer];
  },
);
