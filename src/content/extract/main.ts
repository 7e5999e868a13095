/**
 * The extractor's process. It says that it is ready, then answers one request after another. It opens no path:
 * the files are descriptors that it inherits. It ends when its parent does, because then its input ends.
 */
import { FrameReader, encodeFrame } from '../model/frame';
import { FIRST_SLOT, LARGEST_REQUEST, answerHeader, readRequest } from '../model/messages';
import { extract } from './answer';
import { descriptorSource } from './source';

const requests = new FrameReader(LARGEST_REQUEST);

async function serve(): Promise<void> {
  send({ ready: true });
  for await (const piece of process.stdin) {
    for (const { header } of requests.push(Buffer.from(piece))) {
      const { slot, size, kind } = readRequest(header);
      const result = await extract(descriptorSource(FIRST_SLOT + slot, size), kind);
      const parts = result.ok ? [result.text, result.terms] : [];
      send(answerHeader(result, process.memoryUsage.rss()), parts);
    }
  }
}

function send(header: object, parts: readonly Uint8Array[] = []): void {
  process.stdout.write(Buffer.concat(encodeFrame(header, parts)));
}

// They are meant for the parent, which ends this process in its own time; dying of them would count against a file.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
void serve();
