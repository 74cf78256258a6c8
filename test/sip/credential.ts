import { hash } from 'node:crypto';
import { headersOf, type SipResponse } from '../../src/sip/message/message.ts';

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
