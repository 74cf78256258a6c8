import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface SocketTarget {
  readonly protocol: string;
  readonly hostname: string;
  /** Empty: the protocol's own. */
  readonly port: string;
}

export type SocketCallback = (
  ...result: [error: null, socket: Socket] | [error: Error, socket: null]
) => void;

/**
 * Connects over TCP, or TLS for `https:`. `done` is called once; a socket that is destroyed with an error on its
 * way calls it with that error. No time-out: whoever waits knows when it has waited long enough.
 *
 * @param insecure true: any certificate is taken
 */
export function openSocket(target: SocketTarget, insecure: boolean, done: SocketCallback): Socket {
  const { hostname: host } = target;
  const isSecure = target.protocol === 'https:';
  const port = Number(target.port || (isSecure ? 443 : 80));
  const socket = isSecure
    ? connectTls({
        host,
        port,
        // No server name for addresses (RFC 6066, 3).
        servername: isIP(host) === 0 ? host : '',
        rejectUnauthorized: !insecure,
      })
    : connectTcp({ host, port });
  let isPending = true;
  const settle: SocketCallback = (...result) => {
    if (!isPending) return;
    isPending = false;
    done(...result);
  };
  socket.setNoDelay(true);
  socket.once(isSecure ? 'secureConnect' : 'connect', () => settle(null, socket));
  socket.on('error', (error) => settle(error, null));
  return socket;
}
