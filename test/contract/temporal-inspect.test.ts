import { once } from 'node:events';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { inspectServer } from '../../src/temporal/inspect';

async function inspect(address: string) {
  return await inspectServer({ connection: { address }, namespace: 'default' }, 'queue');
}

test('a server that is not Temporal is told in a sentence', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  server.on('stream', (stream) => {
    stream.respond({ ':status': 403, 'content-type': 'text/html' });
    stream.end();
  });
  await once(server, 'listening');
  try {
    expect(await inspect(`127.0.0.1:${String((server.address() as AddressInfo).port)}`)).toEqual({
      state: 'unreachable',
      why: 'the Temporal server refused the request: Received HTTP status code 403',
    });
  } finally {
    server.close();
  }
});

test('a server that is not there is told in a sentence', async () => {
  expect(await inspect('127.0.0.1:9')).toEqual({ state: 'unreachable', why: 'it does not answer' });
});
