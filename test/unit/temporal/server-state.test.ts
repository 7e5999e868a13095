import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { freePort } from '../../../src/temporal/server-state';

let open: Server[];

beforeEach(() => {
  open = [];
});

afterEach(async () => {
  await Promise.all(open.map(async (server) => await once(server.close(), 'close')));
});

async function listen(port: number): Promise<number> {
  const server = createServer().listen({ host: '127.0.0.1', port });
  await once(server, 'listening');
  open.push(server);
  return (server.address() as AddressInfo).port;
}

test('a port found free is given to nobody who asks for any, but to who asks for it', async () => {
  const found = new Set<number>();
  for (let i = 0; i < 200; i++) found.add(await freePort(undefined));
  expect(found.size).toBe(200);
  const given: number[] = [];
  for (let i = 0; i < 2_000; i++) given.push(await listen(0));
  expect(given.filter((port) => found.has(port))).toEqual([]);
  for (const port of found) expect(await listen(port)).toBe(port);
});

test('the wanted port is found while it is free, another one while it is not', async () => {
  const port = await freePort(undefined);
  expect(await freePort(port)).toBe(port);
  await listen(port);
  expect(await freePort(port)).not.toBe(port);
});

test('clients that are waiting for a server to come back on the port hold nothing up', async () => {
  const port = await freePort(undefined);
  const clients: Socket[] = [];
  let heard = 0;
  let isLooking = true;
  const found = freePort(port).finally(() => (isLooking = false));
  const knock = () => {
    if (!isLooking) return;
    const client = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    client.on('error', () => undefined).once('connect', () => (heard += 1));
    // As of HTTP/2 the client speaks first; this one then waits for ever.
    client.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    clients.push(client);
    setImmediate(knock);
  };
  knock();
  try {
    expect(await found).toBe(port);
    expect(heard).toBeGreaterThan(0);
  } finally {
    for (const client of clients) client.destroy();
  }
});
