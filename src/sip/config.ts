/** Who may call: `registered` = a source address from which the From user is registered, others after a digest. */
export const INVITE_AUTH = ['registered', 'digest', 'none'] as const;
export type InviteAuth = (typeof INVITE_AUTH)[number];

/** Of the digest. */
export const ALGORITHMS = ['MD5', 'SHA-256'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

export interface SipConfig {
  readonly host: string;
  /** UDP and TCP; 0 takes a free one. */
  readonly port: number;
  /** What Contact and SDP say instead of the address that is bound; null: that one. */
  readonly advertise: string | null;
  /** Both ends included; RTP takes the even ones. */
  readonly rtpPorts: readonly [from: number, to: number];
  readonly inviteAuth: InviteAuth;
  /** Of the digest, in the order in which they are offered. A second challenge breaks common phones. */
  readonly algorithms: readonly Algorithm[];
  /** From the 180 to the 200, wall ms. */
  readonly ringMs: number;
  /** RFC 3261's T1, wall ms. */
  readonly t1: number;
}

export const DEFAULT_SIP_CONFIG: SipConfig = {
  host: '127.0.0.1',
  port: 15_060,
  advertise: null,
  rtpPorts: [20_000, 29_999],
  inviteAuth: 'registered',
  algorithms: ['MD5'],
  ringMs: 500,
  t1: 500,
};

/** Of the digest; also what `registrar` phones are configured with. */
export const REALM = 'yeta-sim';
