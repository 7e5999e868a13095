/** The decoder's thread. */
import { release, type RawBody } from '../drive/wire/json';
import { localDecoder, type Decoder, type PackedPage } from './decoder';
import { memoryOf } from './packed-files';
import { serveCalls } from './thread-calls';

serveCalls(
  async ({ method, args }) => {
    const decode = localDecoder[method as keyof Decoder] as (
      ...given: readonly unknown[]
    ) => Promise<unknown>;
    const page = await decode(...args);
    // The body was moved here, for this only.
    for (const body of args.slice(0, 1)) release((body as RawBody).bytes);
    return page;
  },
  (answer) =>
    typeof answer === 'object' && answer !== null && 'files' in answer
      ? memoryOf((answer as PackedPage).files)
      : [],
);
