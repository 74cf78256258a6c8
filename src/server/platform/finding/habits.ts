import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import type { Finding } from './finding.ts';

/** A call that was answered, as far as it matters to what came before it. */
export interface SeenCall {
  readonly operation: string;
  readonly effect: 'read' | 'write';
  readonly appId: string | null;
  readonly token: string | null;
  readonly body: Uint8Array;
  readonly code: number;
  /** Of a token that was given out. */
  readonly lifeMs: number | null;
  /** Wall ms, at its arrival. */
  readonly wallAt: number;
  /** ms of the simulator's clock. */
  readonly at: number;
  /** On a manual clock, time that was moved on is as good as time that has passed. */
  readonly isManual: boolean;
}

/** The last of some equal calls. */
interface Repeat {
  readonly code: number;
  readonly wallAt: number;
  readonly at: number;
  /** How often it came too soon after the one before. */
  readonly times: number;
}

/** What is remembered of an app. */
interface Client {
  tokens: number;
  /** Calls since the first of those tokens. */
  calls: number;
  /** When the first of them ends, on the simulator's clock. */
  until: number;
  readonly repeats: Map<string, Repeat>;
}

const MOST_CLIENTS = 1000;
const MOST_REPEATS = 64;

const TOKENS = 3;
const POLL_MS = 1000;
/** Two looks may be a test's; the third is a loop. */
const POLLS = 2;
const RETRY_MS = 5000;
/** Codes that pass by themselves: busy, and maintenance. */
const PASSING = new Set([10004, 10020]);
const PASSING_MS = 1000;
const WRONG_TOKEN = 10001;

/** Remembers each app's last calls, bounded, and says what of a new one is a bad habit. */
export class CallHabits {
  readonly #clients = new Map<string, Client>();

  /** @returns what the call makes visible together with those before it */
  see(call: SeenCall): Finding[] {
    const client = this.#client(call.appId ?? call.token ?? '');
    if (call.operation === 'token' && call.code === 0) return seeToken(client, call);
    if (call.code !== 0) return seeRefusal(client, call);
    client.calls++;
    if (call.effect === 'read') return seeRead(client, call);
    // Something has changed: looking again, or trying again, makes sense.
    if (client.repeats.size > 0) client.repeats.clear();
    return [];
  }

  clear(): void {
    this.#clients.clear();
  }

  #client(key: string): Client {
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    if (this.#clients.size >= MOST_CLIENTS) this.#clients.clear();
    const client = { tokens: 0, calls: 0, until: 0, repeats: new Map<string, Repeat>() };
    this.#clients.set(key, client);
    return client;
  }
}

/** More tokens than are needed: fewer than two calls were made with each. */
function seeToken(client: Client, { at, lifeMs }: SeenCall): Finding[] {
  if (at >= client.until) {
    Object.assign(client, { tokens: 1, calls: 0, until: at + (lifeMs ?? 0) });
    return [];
  }
  client.tokens++;
  if (client.tokens < TOKENS || client.calls >= 2 * (client.tokens - 1)) return [];
  const message = `token number ${client.tokens} after ${client.calls} calls, within the life of the first`;
  return [{ code: 'token-per-call', message }];
}

function seeRead(client: Client, call: SeenCall): Finding[] {
  const last = remember(client, call, { key: keyOf(call), withinMs: POLL_MS });
  if (last === null || last.times < POLLS) return [];
  const message = `the same ${call.operation} ${shown(last.gapMs)} after the one before, ${last.times + 1} times running`;
  return [{ code: 'polling-fast', message }];
}

function seeRefusal(client: Client, call: SeenCall): Finding[] {
  const { code, token } = call;
  // A token that is no good is none for every operation; without any, nobody knows whose call it is.
  if (code === WRONG_TOKEN && !token) return [];
  const key = code === WRONG_TOKEN ? `token ${token}` : keyOf(call);
  const last = remember(client, call, { key, withinMs: PASSING.has(code) ? PASSING_MS : RETRY_MS });
  if (last === null) return [];
  const what = code === WRONG_TOKEN ? 'this token was' : 'the same request was';
  return [{ code: 'blind-retry', message: `${what} refused with ${code} ${shown(last.gapMs)} before` }];
}

/** @returns how often the same came too soon, and how soon; null if this one did not */
function remember(
  { repeats }: Client,
  call: SeenCall,
  { key, withinMs }: { readonly key: string; readonly withinMs: number },
): { readonly times: number; readonly gapMs: number } | null {
  const last = repeats.get(key);
  const gapMs = call.wallAt - (last?.wallAt ?? Number.NEGATIVE_INFINITY);
  const tooSoon = last?.code === call.code && gapMs < withinMs && !(call.isManual && call.at > last.at);
  const times = tooSoon ? last.times + 1 : 0;
  if (repeats.size >= MOST_REPEATS) repeats.clear();
  repeats.set(key, { code: call.code, wallAt: call.wallAt, at: call.at, times });
  return tooSoon ? { times, gapMs } : null;
}

const HASHED_FROM = 256;
const HASHED_BYTES = 65_536;

/** Equal for equal requests. */
function keyOf({ operation, token, body }: SeenCall): string {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (bytes.length < HASHED_FROM) return `${operation} ${token} ${bytes.toString('latin1')}`;
  return `${operation} ${token} ${bytes.length} ${hash('sha1', bytes.subarray(0, HASHED_BYTES))}`;
}

function shown(ms: number): string {
  return ms < 100 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
