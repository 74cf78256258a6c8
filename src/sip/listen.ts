import { lookup } from 'node:dns/promises';
import { createAddressBook } from './transport/local-address.ts';
import { listenTcp, type TcpEvents } from './transport/tcp.ts';
import { type Listener, listenUdp } from './transport/udp.ts';

/** A SIP port that cannot be listened on; the message names it. */
class SipListenError extends Error {
  override readonly name = 'ListenError';
  readonly code: string;
  readonly port: number;
  /** What sets the port. */
  readonly flag = '--sip-port';

  constructor({ port, host, cause }: { port: number; host: string; cause: NodeJS.ErrnoException }) {
    super(`cannot listen on ${host}:${port} for SIP: ${explain(cause)}`, { cause });
    this.code = cause.code ?? '';
    this.port = port;
  }
}

export interface SipSockets {
  readonly port: number;
  /** The address that is bound, an IP literal. */
  readonly host: string;
  addressFor(peer: string): string;
  close(): Promise<void>;
}

/** A free port of UDP may be taken for TCP. */
const TRIES = 20;

/** UDP and TCP on one port. @throws SipListenError */
export async function listenSip(
  options: { readonly host: string; readonly port: number; readonly advertise: string | null },
  events: TcpEvents,
): Promise<SipSockets> {
  const { port } = options;
  let host = options.host;
  try {
    host = (await lookup(options.host, { order: 'ipv4first' })).address;
    const addressFor = createAddressBook(host, options.advertise);
    const [udp, tcp] = await listenBoth({ host, port, addressFor }, events);
    return {
      port: udp.port,
      host,
      addressFor,
      close: async () => void (await Promise.all([udp.close(), tcp.close()])),
    };
  } catch (cause) {
    throw new SipListenError({ port, host, cause: cause as NodeJS.ErrnoException });
  }
}

async function listenBoth(
  options: { readonly host: string; readonly port: number; addressFor(peer: string): string },
  events: TcpEvents,
): Promise<[Listener, Listener]> {
  for (let tries = 1; ; tries++) {
    const udp = await listenUdp(options, events);
    try {
      return [udp, await listenTcp({ ...options, port: udp.port }, events)];
    } catch (error) {
      await udp.close();
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (options.port !== 0 || !isTaken || tries === TRIES) throw error;
    }
  }
}

function explain(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return 'the port is taken';
    case 'EACCES':
      return 'not permitted (ports below 1024 need rights of their own)';
    case 'EADDRNOTAVAIL':
      return 'this machine has no such address';
    case 'ENOTFOUND':
      return 'no such host';
    default:
      return error.message;
  }
}
