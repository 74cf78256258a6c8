import { hash } from 'node:crypto';
import { headersOf, type SipResponse } from '../../src/sip/message/message.ts';
import type { Peer, Wish } from './peer.ts';

export interface Login {
  readonly user: string;
  readonly password: string;
  readonly method: string;
  readonly uri?: string;
  /** RFC 2069: without qop. */
  readonly isOld?: boolean;
}

/** The value of an Authorization header that answers a challenge, such as `Digest realm="…", nonce="…"`. */
export function answerChallenge(challenge: string, login: Login): string {
  const { user, password, method, uri = 'sip:127.0.0.1', isOld = false } = login;
  const value = (name: string) => new RegExp(`${name}="?([^",]+)`).exec(challenge)?.[1] ?? '';
  const [realm, nonce, algorithm] = [value('realm'), value('nonce'), value('algorithm') || 'MD5'];
  const digest = (text: string) => hash(algorithm === 'SHA-256' ? 'sha256' : 'md5', text);
  const secret = digest(`${user}:${realm}:${password}`);
  const middle = isOld ? '' : '00000001:abc:auth:';
  const response = digest(`${secret}:${nonce}:${middle}${digest(`${method}:${uri}`)}`);
  const rest = isOld ? '' : ', qop=auth, nc=00000001, cnonce="abc"';
  return `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", algorithm=${algorithm}${rest}`;
}

/** The challenges of a 401 or 407. */
export function challengesOf(answer: SipResponse): readonly string[] {
  return [...headersOf(answer, 'www-authenticate'), ...headersOf(answer, 'proxy-authenticate')];
}

interface Account {
  readonly user?: string;
  readonly password?: string;
}

/** Asks, and once more with the password of an account. */
export async function prove(
  peer: Peer,
  wish: Wish,
  { user = '1007', password = `yeta-${user}` }: Account = {},
): Promise<SipResponse> {
  const callId = `proof-${Math.random()}`;
  const first = await peer.ask({ ...wish, callId });
  if (first.status !== 401 && first.status !== 407) return first;
  const credentials = answerChallenge(challengesOf(first)[0] ?? '', {
    user,
    password,
    method: wish.method ?? 'INVITE',
  });
  const name = first.status === 401 ? 'Authorization' : 'Proxy-Authorization';
  return peer.ask({ ...wish, callId, cseq: 2, headers: { ...wish.headers, [name]: credentials } });
}

/** Registers a phone: its REGISTER is challenged, and answered. */
export function register(
  peer: Peer,
  { aor = '1007', ...account }: Account & { aor?: string } = {},
  headers = {},
): Promise<SipResponse> {
  return prove(
    peer,
    { method: 'REGISTER', to: `sip:${aor}@127.0.0.1`, headers: { Expires: '600', ...headers } },
    account,
  );
}
