import { createRing, MAX_BODY_BYTES, type Ring } from '../ring.ts';
import { BodyStore, bytesOf, type StoredBody } from './body-store.ts';
import { CallHabits } from './finding/habits.ts';
import type { FindingTally } from './finding/tally.ts';

/** One platform call as `GET /_sim/requests` shows it (spec 5.3). */
export interface RequestEntry {
  /** ms of the simulator's clock. */
  readonly at: number;
  /** Its name, or the path if no operation is there. */
  readonly operation: string;
  readonly appId: string | null;
  /** Result code; null if no envelope left (a broken connection). */
  readonly code: number | null;
  /** Wall ms. */
  readonly tookMs: number;
  /** Read it before the journal goes on. */
  readonly body: StoredBody;
  /** Why it was refused, which its answer does not tell; null if it was not. */
  readonly refusal: string | null;
  /** What of it would hurt in production, each with its code: `unknown-field: …`. */
  readonly findings: readonly string[];
}

/** A platform call as it is noted, with its body as it came. */
export type NotedCall = Omit<RequestEntry, 'body'> & { readonly body: Uint8Array };

/** Where the calls are noted, and what their senders made of the answers. */
export interface RequestJournal {
  add(call: NotedCall): void;
  readonly habits: CallHabits;
}

/** A journal in memory, bounded by count and bytes. */
export type RequestRing = Omit<Ring<RequestEntry>, 'add'> & RequestJournal;

export interface JournalOptions {
  readonly count: number;
  readonly bytes: number;
  /** Told of every call with findings: it outlives the journal, and its resets. */
  readonly findings: FindingTally;
}

export function createRequestJournal({ findings, ...bounds }: JournalOptions): RequestRing {
  const habits = new CallHabits();
  const bodies = new BodyStore(MAX_BODY_BYTES);
  const ring = createRing<RequestEntry>({
    ...bounds,
    sizeOf: sizeOfEntry,
    onDrop: ({ body }) => bodies.remove(body),
  });
  const { add, clear } = ring;
  return Object.assign(ring, {
    habits,
    add(call: NotedCall) {
      const id = add({ ...call, body: bodies.put(call.body) });
      if (call.findings.length > 0) findings.add({ ...call, id: String(id) });
    },
    clear() {
      clear();
      habits.clear();
    },
  });
}

function sizeOfEntry({ body, refusal, findings }: RequestEntry): number {
  const lines = findings.reduce((sum, finding) => sum + finding.length, refusal?.length ?? 0);
  return 200 + body.length + 2 * lines;
}

const MAX_LINE_CHARACTERS = 500;

/** A value after a key that ends in "secret", in JSON or in a form, whole or cut off. */
const SECRET = /(secret["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"?|[^&\s,}]+)/gi;

/** The body as the journal shows it, without secrets; a mark at its end if it was cut. */
export function showBody(body: StoredBody): string {
  const { length, total } = body;
  const isCut = length < total;
  // `stream` leaves out a character that was cut in half.
  const text = mask(new TextDecoder().decode(bytesOf(body), { stream: isCut }));
  return isCut ? `${text}… [cut: ${length} of ${total} bytes]` : text;
}

function mask(text: string): string {
  return text.replace(SECRET, '$1"***"');
}

/** A finding, a refusal or a path as the journal keeps it: a client may have written any length of it. */
export function writeLine(text: string): string {
  if (text.length <= MAX_LINE_CHARACTERS) return text;
  // Through bytes, as a slice would hold on to the whole text.
  return `${Buffer.from(text.slice(0, MAX_LINE_CHARACTERS)).toString()}…`;
}
