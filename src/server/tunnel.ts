import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ServerHandle } from './serve.ts';

/** What the platform's clients have in their code: the one address that is tunnelled to. */
const PLATFORM_AUTHORITY = 'www.xfyeta.com:443';

/** For which a refused client may go on sending before it is cut off, wall ms (choice). */
const LINGER_MS = 2000;

/**
 * Lets a client whose only setting is a proxy reach the platform: `CONNECT www.xfyeta.com:443` on the HTTP port ends
 * in the HTTPS server beside it. No way leads anywhere else.
 * @param https null: there is none, and the refusal says how to get one
 */
export function acceptTunnels(http: ServerHandle, https: ServerHandle | null): void {
  http.server.on('connect', (request, stream, head) => {
    const socket = watch(stream);
    // A trailing dot is the same name, spelt absolutely.
    const target = request.url?.toLowerCase().replace(/\.(?=:\d*$)/, '');
    if (target !== PLATFORM_AUTHORITY) {
      refuse(socket, 403, `yeta-sim is a proxy to ${PLATFORM_AUTHORITY} only`);
    } else if (https === null) {
      refuse(socket, 501, 'yeta-sim has no HTTPS here: start it with --tls-port');
    } else if (http.release(socket)) {
      // As the HTTPS server has its own: a client that ends is gone, and waits for nothing between two requests.
      socket.allowHalfOpen = false;
      socket.setTimeout(0);
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      if (head.length > 0) socket.unshift(head);
      https.adopt(socket);
    } else {
      // An answer to an earlier request is still owed on it, and would be taken for the server's.
      socket.destroy();
    }
  });
  https?.server.on('connect', (_request, stream) =>
    refuse(watch(stream), 403, 'yeta-sim takes CONNECT on its HTTP port only'),
  );
}

/** From here on nobody else listens: an error would end the process. */
function watch(stream: NodeJS.WritableStream): Socket {
  // Node's servers hand over what they accepted; only its type is wider.
  const socket = stream as Socket;
  socket.on('error', () => socket.destroy());
  return socket;
}

/** The reason stands in the status line too: it is all of the answer that most clients show. */
function refuse(socket: Socket, status: number, reason: string): void {
  const body = `${STATUS_CODES[status]}: ${reason}\n`;
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    'Content-Type: text/plain',
    `Content-Length: ${body.length}`,
    'Connection: close',
  ];
  // What it may have sent on is read, as the answer could be lost with a connection that is closed over it.
  socket.resume();
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  const cutOff = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(cutOff));
}
