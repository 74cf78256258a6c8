import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Algorithm } from '../config.ts';
import { unquote } from '../message/text.ts';

const HASHES: Readonly<Record<Algorithm, string>> = { MD5: 'md5', 'SHA-256': 'sha256' };

/** What came of somebody's credentials. */
export type Verdict =
  | { readonly kind: 'right'; readonly user: string }
  /** None for us, or none that can be used: a challenge. `stale`: the password may be right, the nonce is too old. */
  | { readonly kind: 'challenge'; readonly stale: boolean }
  | { readonly kind: 'wrong'; readonly user: string };

export interface DigestOptions {
  readonly realm: string;
  readonly algorithms: readonly Algorithm[];
  /** Wall ms. */
  readonly now: () => number;
  /** Null: there is no such account. */
  readonly passwordOf: (user: string) => string | null;
}

export interface Attempt {
  /** Values of Authorization or Proxy-Authorization. */
  readonly credentials: readonly string[];
  readonly method: string;
  /** Address that it came from: a nonce is worth nothing anywhere else. */
  readonly source: string;
}

const NONCE_MS = 300_000;
const PARAMETER = /([\w-]+)[ \t]*=[ \t]*("(?:[^"\\]|\\.)*"|[^\s,"]+)/g;
const HEX = /^[\da-f]+$/i;

/** Digest access authentication, server's side (RFC 7616, 8760): nothing is kept of a challenge. */
export class Digest {
  readonly #options: DigestOptions;
  readonly #secret = randomBytes(32);

  constructor(options: DigestOptions) {
    this.#options = options;
  }

  /** One value of WWW-Authenticate or Proxy-Authenticate for each algorithm. */
  challenges(source: string, { stale }: { readonly stale: boolean }): string[] {
    const { realm, algorithms } = this.#options;
    const nonce = this.#makeNonce(source);
    return algorithms.map(
      (algorithm) =>
        `Digest realm="${realm}", nonce="${nonce}", algorithm=${algorithm}, qop="auth"${stale ? ', stale=true' : ''}`,
    );
  }

  judge({ credentials, method, source }: Attempt): Verdict {
    const { realm, algorithms, passwordOf } = this.#options;
    const own = credentials.flatMap(readCredentials).find((one) => one.get('realm') === realm);
    const value = (name: string) => own?.get(name) ?? '';
    const algorithm = algorithms.find((one) => one === (value('algorithm').toUpperCase() || 'MD5'));
    const user = value('username');
    if (own === undefined || algorithm === undefined || user === '')
      return { kind: 'challenge', stale: false };
    const age = this.#ageOf(value('nonce'), source);
    if (age === null) return { kind: 'challenge', stale: true };
    const password = passwordOf(user);
    const digest = (text: string) => hash(HASHES[algorithm], Buffer.from(text, 'latin1'));
    const secret = digest(`${user}:${realm}:${Buffer.from(password ?? '', 'utf8').toString('latin1')}`);
    const request = digest(`${method}:${value('uri')}`);
    // RFC 2069 had no qop; phones of its time are taken.
    const middle = own.has('qop') ? `${value('nc')}:${value('cnonce')}:${value('qop')}:` : '';
    const expected = digest(`${secret}:${value('nonce')}:${middle}${request}`);
    if (password === null || !isSame(expected, value('response'))) return { kind: 'wrong', user };
    return age > NONCE_MS ? { kind: 'challenge', stale: true } : { kind: 'right', user };
  }

  #makeNonce(source: string): string {
    const made = `${this.#options.now().toString(36)}-${randomBytes(6).toString('hex')}`;
    return `${made}-${this.#sign(made, source)}`;
  }

  /** Wall ms since it was made; null if it is none of ours, or was made for somebody else. */
  #ageOf(nonce: string, source: string): number | null {
    const [time = '', random = '', signature = ''] = nonce.split('-');
    if (!isSame(this.#sign(`${time}-${random}`, source), signature)) return null;
    return this.#options.now() - Number.parseInt(time, 36);
  }

  #sign(text: string, source: string): string {
    return createHmac('sha256', this.#secret).update(`${text} ${source}`).digest('hex').slice(0, 24);
  }
}

/** Nothing if it is no digest. */
function readCredentials(value: string): ReadonlyMap<string, string>[] {
  if (!/^Digest[ \t]/i.test(value)) return [];
  const parameters = [...value.slice(7).matchAll(PARAMETER)];
  return [new Map(parameters.map(([, name = '', written = '']) => [name.toLowerCase(), unquote(written)]))];
}

function isSame(expected: string, given: string): boolean {
  if (given.length !== expected.length || !HEX.test(given)) return false;
  return timingSafeEqual(Buffer.from(expected), Buffer.from(given.toLowerCase()));
}
