import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
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
