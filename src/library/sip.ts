/** SIP as it stands: registrations and calls. */
export interface SipState {
  /** UDP and TCP; null: no SIP is served. */
  readonly port: number | null;
  readonly registrations: readonly SipRegistration[];
  readonly calls: readonly SipCall[];
  /** What is kept of requests; nothing 32 s after the last one. */
  readonly signalling: { readonly dialogs: number; readonly servers: number; readonly clients: number };
}

export interface SipRegistration {
  readonly user: string;
  readonly contact: string;
  readonly transport: 'udp' | 'tcp' | 'ws';
  /** Address and port that it came from. */
  readonly source: string;
  /** Wall time, ISO 8601 with +08:00. */
  readonly expiresAt: string;
  readonly expiresAtMs: number;
  readonly userAgent: string | null;
}

export interface SipCall {
  /** Null while it arrives. */
  readonly callUuid: string | null;
  /** Of SIP; null before the INVITE. */
  readonly callId: string | null;
  readonly direction: 'inbound' | 'outbound';
  readonly caller: string;
  readonly callee: string;
  /** Null: a phone that is called. */
  readonly callRelationId: string | null;
  readonly state: 'arriving' | 'calling' | 'ringing' | 'answered' | 'talking' | 'over';
  readonly transport: 'udp' | 'tcp' | 'ws';
  /** Address and port that it came from. */
  readonly source: string;
}
