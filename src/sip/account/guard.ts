import type { SipAccount } from '../../sim/account/account.ts';
import type { Algorithm, InviteAuth } from '../config.ts';
import { headersOf, type SipRequest } from '../message/message.ts';
import { decodeText } from '../message/text.ts';
import type { Reply } from '../message/write.ts';
import type { Flow } from '../transport/flow.ts';
import { Digest } from './digest.ts';
import type { Registrar } from './registrar.ts';
import { Throttle } from './throttle.ts';

export interface GuardOptions {
  readonly realm: string;
  readonly algorithms: readonly Algorithm[];
  readonly inviteAuth: InviteAuth;
  readonly registrar: Registrar;
  /** Wall ms. */
  readonly now: () => number;
  readonly accountOf: (user: string) => SipAccount | null;
}

/** Lets in who may register and who may call; nothing is kept of those it sends away. */
export class Guard {
  readonly #options: GuardOptions;
  readonly #digest: Digest;
  readonly #throttle: Throttle;
  readonly #callers = new WeakMap<SipRequest, SipAccount>();

  constructor(options: GuardOptions) {
    const { realm, algorithms, now, accountOf } = options;
    this.#options = options;
    this.#throttle = new Throttle(now);
    this.#digest = new Digest({
      realm,
      algorithms,
      now,
      passwordOf: (user) => accountOf(decodeText(user))?.password ?? null,
    });
  }

  /** @returns what a request is answered that is not let in; null: it is */
  judge(request: SipRequest, flow: Flow): Reply | null {
    if (request.method === 'REGISTER') return this.#judgeRegister(request, flow);
    return request.method === 'INVITE' ? this.#judgeInvite(request, flow) : null;
  }

  /** The account that an INVITE was let in for; null where nobody was asked for one. */
  callerOf(request: SipRequest): SipAccount | null {
    return this.#callers.get(request) ?? null;
  }

  #judgeRegister(request: SipRequest, flow: Flow): Reply | null {
    const proof = this.#prove(request, flow, REGISTRAR);
    if (isReply(proof)) return proof;
    // What one account registers another cannot take.
    return proof.user === request.to.uri.user ? null : { status: 403 };
  }

  #judgeInvite(request: SipRequest, flow: Flow): Reply | null {
    const { inviteAuth, registrar, accountOf } = this.#options;
    if (inviteAuth === 'none') return null;
    const { user } = request.from.uri;
    const isKnown = inviteAuth === 'registered' && registrar.isRegisteredFrom(user, flow.remote.address);
    const proof = (isKnown ? accountOf(user) : null) ?? this.#prove(request, flow, PROXY);
    if (isReply(proof)) return proof;
    this.#callers.set(request, proof);
    return null;
  }

  /** The account whose password somebody knows, or what is answered instead. */
  #prove(request: SipRequest, flow: Flow, by: Asking): SipAccount | Reply {
    const source = flow.remote.address;
    const credentials = by.answers.flatMap((name) => headersOf(request, name));
    const verdict = this.#digest.judge({ credentials, method: request.method, source });
    const ask = (stale: boolean): Reply => ({
      status: by.status,
      headers: this.#digest.challenges(source, { stale }).map((challenge) => `${by.asks}: ${challenge}`),
    });
    if (verdict.kind === 'challenge') return ask(verdict.stale);
    const account = this.#options.accountOf(decodeText(verdict.user));
    // Whoever tries out names is slowed as well.
    const key = `${source} ${account?.user ?? ''}`;
    if (this.#throttle.isBlocked(key)) return { status: 403 };
    if (verdict.kind === 'wrong' || account === null) {
      this.#throttle.noteWrong(key);
      return ask(false);
    }
    this.#throttle.noteRight(key);
    return account;
  }
}

/** How a registrar, and how somebody on the way, asks for a password (RFC 3261, 22.2 and 22.3). */
interface Asking {
  readonly status: 401 | 407;
  readonly asks: string;
  readonly answers: readonly string[];
}

const REGISTRAR: Asking = { status: 401, asks: 'WWW-Authenticate', answers: ['authorization'] };
/** Some phones answer both in the same header. */
const PROXY: Asking = {
  status: 407,
  asks: 'Proxy-Authenticate',
  answers: ['proxy-authorization', 'authorization'],
};

function isReply(proof: SipAccount | Reply): proof is Reply {
  return 'status' in proof;
}
