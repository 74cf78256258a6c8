import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { isOwnUpgrade } from './control/http/guard.ts';

export interface UpgradeOptions {
  /** The only path that becomes a connection. */
  readonly path: string;
  /** Names and addresses of the server beside the loopback's. */
  readonly hosts: readonly string[];
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** Node 24.9 and newer; older ones would hand over every request that mentions an upgrade, and leave none to the app. */
type Choosing = Server & { shouldUpgradeCallback?: (request: IncomingMessage) => boolean };

/**
 * Hands WebSockets of one path over. All else that asks for an upgrade (HTTP clients of Java ask for h2c with each
 * first request) is answered as if it had not.
 * @returns whether this Node can
 */
export function acceptUpgrades(server: Server, { path, hosts, upgrade }: UpgradeOptions): boolean {
  const choosing: Choosing = server;
  if (choosing.shouldUpgradeCallback === undefined) return false;
  choosing.shouldUpgradeCallback = ({ url = '', headers }) =>
    headers.upgrade?.toLowerCase() === 'websocket' && url.split('?', 1)[0] === path;
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => {});
    if (isOwnUpgrade(request.headers, hosts)) upgrade(request, socket, head);
    else socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  return true;
}
