/** A TCP proxy whose connections can be made to stall: bytes are accepted and go nowhere. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A proxy in front of a port of this machine. */
export interface StallingProxy {
  port: number;
  /** Connections that were made so far. */
  readonly connections: number;
  /** From now on nothing gets through, on any connection; `false` lets new ones work again. */
  stall(isStalled: boolean): void;
  close(): Promise<void>;
}

/** Starts a proxy; `onConnection` is told the ordinal of each connection before any of its bytes get through. */
export async function startStallingProxy(
  target: number,
  onConnection: (ordinal: number, proxy: StallingProxy) => void = () => undefined,
): Promise<StallingProxy> {
  const open = new Set<Socket>();
  let connections = 0;
  let isStalled = false;
  const server = createServer((client) => {
    connections += 1;
    onConnection(connections, proxy);
    const upstream = connect({ host: '127.0.0.1', port: target });
    client.on('data', (bytes: Buffer) => void (isStalled || upstream.write(bytes)));
    upstream.on('data', (bytes: Buffer) => void (isStalled || client.write(bytes)));
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: StallingProxy = {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    stall(isOn) {
      isStalled = isOn;
    },
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}
