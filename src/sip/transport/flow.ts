/** Where a peer is, or where it finds us. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** The way to one peer: a connection, or over UDP its address. */
export interface Flow {
  /** No two connections share it; over UDP the same for the same address and port. */
  readonly id: string;
  readonly protocol: 'UDP' | 'TCP' | 'WS';
  /** Whether the transport itself sends again what was lost. */
  readonly isReliable: boolean;
  readonly remote: Endpoint;
  /** What Via, Contact and SDP say of us to this peer. */
  readonly local: Endpoint;
  readonly isClosed: boolean;
  /** @param message one character a byte @throws an ordinary error if it cannot be sent */
  send(message: string): Promise<void>;
  /** Ends the connection; over UDP there is none. */
  close(): void;
}

/** What a transport tells. */
export interface FlowEvents {
  /** @param message one whole message, or what should be one */
  onMessage(flow: Flow, message: Buffer): void;
  /** A connection is gone; never over UDP. */
  onClosed(flow: Flow): void;
}

/** Head and body of a message may have so much each (spec 4.1). */
export const MAX_BYTES = 64 * 1024;

/** How an address stands in a URI or a Via. */
export function bracket(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

export function writeEndpoint({ address, port }: Endpoint): string {
  return `${bracket(address)}:${port}`;
}
