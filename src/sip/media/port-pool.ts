import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { MediaError } from './media-error.ts';

export interface PortPair {
  /** Even. */
  readonly port: number;
  readonly rtp: Socket;
  readonly rtcp: Socket;
  /** Resolves when both ports are free again. */
  release(): Promise<void>;
}

/** The pairs of ports of a range. One that was released is taken again as late as possible, for the sake of stragglers. */
export class PortPool {
  readonly total: number;
  readonly #host: string;
  readonly #first: number;
  readonly #used = new Set<number>();
  #turn = 0;

  /** @param range both ends included */
  constructor(host: string, [from, to]: readonly [number, number]) {
    this.#host = host;
    this.#first = from + (from % 2);
    this.total = Math.max(0, Math.floor((to + 1 - this.#first) / 2));
  }

  get used(): number {
    return this.#used.size;
  }

  /** @throws MediaError `no-port` if all are taken, by us or by others; `bind-failed` for any other reason */
  async take(): Promise<PortPair> {
    for (let tried = 0; tried < this.total; tried++) {
      const port = this.#first + 2 * (this.#turn++ % this.total);
      if (this.#used.has(port)) continue;
      this.#used.add(port);
      try {
        return await this.#bindPair(port);
      } catch (error) {
        this.#used.delete(port);
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw this.#explain(port, error as Error);
      }
    }
    const last = this.#first + 2 * this.total - 1;
    const range =
      this.total === 0 ? 'the range has no pair of ports' : `${this.#first} to ${last} are all taken`;
    throw new MediaError(
      'no-port',
      `no RTP port is free: ${range}, ${this.#used.size} of ${this.total} pairs by calls`,
    );
  }

  async #bindPair(port: number): Promise<PortPair> {
    const rtp = await bind(this.#host, port);
    const rtcp = await bind(this.#host, port + 1).catch(async (error) => {
      await close(rtp);
      throw error;
    });
    const release = async () => {
      await Promise.all([close(rtp), close(rtcp)]);
      this.#used.delete(port);
    };
    return { port, rtp, rtcp, release };
  }

  #explain(port: number, error: Error): MediaError {
    return new MediaError(
      'bind-failed',
      `cannot bind RTP port ${this.#host}:${port}: ${error.message}`,
      error,
    );
  }
}

function bind(host: string, port: number): Promise<Socket> {
  // Addresses are literals: no look-up, not even the one that finds that out, for each packet.
  const family = isIPv6(host) ? 6 : 4;
  const lookup = (
    name: string,
    _options: unknown,
    found: (error: null, address: string, family: number) => void,
  ) => found(null, name, family);
  const socket = createSocket({ type: `udp${family}`, lookup });
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

function close(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(resolve));
}
