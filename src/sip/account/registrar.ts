import type { NameAddress } from '../message/address.ts';
import { headerOf, type SipRequest } from '../message/message.ts';
import type { Reply } from '../message/write.ts';
import type { Flow } from '../transport/flow.ts';

/** Where an account can be reached. */
export interface Binding {
  readonly user: string;
  /** Its Contact, as it was written. */
  readonly contact: string;
  readonly flow: Flow;
  /** Wall ms. */
  readonly expiresAt: number;
  readonly callId: string;
  readonly cseq: number;
  readonly userAgent: string | null;
}

const DEFAULT_S = 3600;
const LEAST_S = 10;
const MOST_S = 7200;
/** Per account; the one that was made first falls out (choice). */
const MOST_BINDINGS = 10;

/** Bindings of the accounts (RFC 3261, 10.3). Whoever asks has been let in already. */
export class Registrar {
  readonly #now: () => number;
  /** By user, then by contact. */
  readonly #bindings = new Map<string, Map<string, Binding>>();
  #sweep: NodeJS.Timeout | null = null;

  /** @param now wall ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** All that have not expired. */
  bindings(): Binding[] {
    return [...this.#bindings.keys()].flatMap((user) => this.of(user));
  }

  of(user: string): Binding[] {
    const now = this.#now();
    return [...(this.#bindings.get(user)?.values() ?? [])].filter(({ expiresAt }) => expiresAt > now);
  }

  isRegisteredFrom(user: string, address: string): boolean {
    return this.of(user).some(({ flow }) => flow.remote.address === address);
  }

  /** What a REGISTER asks for, for the user of its To: all of it, or nothing. */
  register(request: SipRequest, flow: Flow): Reply {
    const { contacts, to } = request;
    const { user } = to.uri;
    const addresses = contacts.filter((contact) => contact !== '*');
    if (addresses.length < contacts.length) {
      // "The REGISTER-specific Contact header field value of "*" … MUST NOT be used unless the Expires is "0"" (10.2.2).
      if (contacts.length > 1 || headerOf(request, 'expires') !== '0') return { status: 400 };
      this.#bindings.delete(user);
      return this.#list(user);
    }
    const wishes = addresses.map((contact) => ({
      contact: contact.uri.text,
      seconds: secondsOf(contact, request),
    }));
    if (wishes.some(({ seconds }) => seconds > 0 && seconds < LEAST_S))
      return { status: 423, headers: [`Min-Expires: ${LEAST_S}`] };
    const known = new Map(this.of(user).map((binding) => [binding.contact, binding]));
    if (wishes.some(({ contact }) => isOlder(request, known.get(contact)))) return { status: 500 };
    for (const { contact, seconds } of wishes) {
      known.delete(contact);
      if (seconds > 0) known.set(contact, this.#bind(request, flow, { contact, seconds }));
    }
    this.#keep(user, known);
    return this.#list(user);
  }

  /** A connection is gone, and with it what was registered over it. */
  dropFlow(flow: Flow): void {
    for (const [user, bindings] of this.#bindings) {
      this.#keep(user, new Map([...bindings].filter(([, binding]) => binding.flow !== flow)));
    }
  }

  close(): void {
    this.#bindings.clear();
    this.#planSweep();
  }

  #bind(request: SipRequest, flow: Flow, wish: { contact: string; seconds: number }): Binding {
    return {
      user: request.to.uri.user,
      contact: wish.contact,
      flow,
      expiresAt: this.#now() + Math.min(wish.seconds, MOST_S) * 1000,
      callId: request.callId,
      cseq: request.cseq,
      userAgent: headerOf(request, 'user-agent'),
    };
  }

  #keep(user: string, bindings: Map<string, Binding>): void {
    for (const contact of bindings.keys()) {
      if (bindings.size <= MOST_BINDINGS) break;
      bindings.delete(contact);
    }
    if (bindings.size === 0) this.#bindings.delete(user);
    else this.#bindings.set(user, bindings);
    this.#planSweep();
  }

  #list(user: string): Reply {
    const now = this.#now();
    const contacts = this.of(user).map(
      ({ contact, expiresAt }) => `Contact: <${contact}>;expires=${Math.round((expiresAt - now) / 1000)}`,
    );
    return { status: 200, headers: [...contacts, `Date: ${new Date(now).toUTCString()}`] };
  }

  /** What has expired is not kept until somebody asks for it. */
  #planSweep(): void {
    if (this.#sweep !== null) clearTimeout(this.#sweep);
    this.#sweep = null;
    const all = [...this.#bindings.values()].flatMap((bindings) => [...bindings.values()]);
    if (all.length === 0) return;
    const nextAt = Math.min(...all.map(({ expiresAt }) => expiresAt));
    this.#sweep = setTimeout(() => this.#sweepExpired(), Math.max(0, nextAt - this.#now()) + 1);
    this.#sweep.unref();
  }

  #sweepExpired(): void {
    for (const user of [...this.#bindings.keys()]) {
      this.#keep(user, new Map(this.of(user).map((binding) => [binding.contact, binding])));
    }
  }
}

/** Its own parameter, else the header's, else the usual. */
function secondsOf({ parameters }: NameAddress, request: SipRequest): number {
  const written = parameters.get('expires') ?? headerOf(request, 'expires') ?? '';
  return /^\d{1,10}$/.test(written) ? Number(written) : DEFAULT_S;
}

/** RFC 3261, 10.3 (7): within one Call-ID only a higher CSeq changes anything. */
function isOlder(request: SipRequest, binding: Binding | undefined): boolean {
  return binding !== undefined && binding.callId === request.callId && binding.cseq >= request.cseq;
}
