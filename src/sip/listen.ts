import { lookup } from 'node:dns/promises';
import { ListenError } from '../sim/listen-error.ts';
import { createAddressBook } from './transport/local-address.ts';
import { listenTcp, type TcpEvents } from './transport/tcp.ts';
import { type Listener, listenUdp } from './transport/udp.ts';

export interface SipSockets {
  readonly port: number;
  /** The address that is bound, an IP literal. */
  readonly host: string;
  addressFor(peer: string): string;
  close(): Promise<void>;
}

/** A free port of UDP may be taken for TCP. */
const TRIES = 20;

/** UDP and TCP on one port. @throws ListenError */
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
    throw new ListenError({ protocol: 'SIP', port, host, cause: cause as NodeJS.ErrnoException });
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
