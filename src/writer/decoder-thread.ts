/** The decoder's thread. */
import { localDecoder, type Decoder, type PackedPage } from './decoder';
import { memoryOf } from './packed-files';
import { serveCalls } from './thread-calls';

serveCalls(
  async ({ method, args }) => {
    const decode = localDecoder[method as keyof Decoder] as (
      ...given: readonly unknown[]
    ) => Promise<unknown>;
    return await decode(...args);
  },
  (answer) => {
    if (typeof answer !== 'object' || answer === null || !('files' in answer)) return [];
    const { files, body } = answer as PackedPage;
    // The body was moved here, whole.
    return [...memoryOf(files), body.bytes.buffer as ArrayBuffer];
  },
);
