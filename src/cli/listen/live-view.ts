import type { Ask } from '../../library/ask.ts';
import { EventStream, type SimulatorEvent } from '../../library/event.ts';
import type { Push } from '../../library/push.ts';
import { describeResult, readBody } from './describe.ts';
import type { Seen } from './line.ts';

const NAMES = ['push.attempt', 'pull.attempt', 'push.no-url', 'gap'] as const;
type Told = SimulatorEvent<(typeof NAMES)[number]>;

/** Events were lost on the way; null: nobody knows how many. */
export interface Lost {
  readonly lost: number | null;
}

/** What a running simulator pushes and pulls, as it happens. */
export interface LiveView {
  /** Ends with the simulator. */
  readonly items: AsyncIterable<Seen | Lost>;
  end(): Promise<void>;
}

/** @throws SimulatorError, VerbFailure */
export async function openLiveView(ask: Ask): Promise<LiveView> {
  const query = { event: NAMES.filter((name) => name !== 'gap').join() };
  const events = new EventStream<Told['event']>(await ask.stream('/events', query));
  return {
    items: view(ask, events),
    async end() {
      await events.return();
    },
  };
}

async function* view(ask: Ask, events: EventStream<Told['event']>): AsyncGenerator<Seen | Lost, undefined> {
  for await (const event of events) {
    if (event.event === 'gap') yield { lost: event.lost };
    else yield await see(ask, event);
  }
  return undefined;
}

async function see(ask: Ask, event: Exclude<Told, { event: 'gap' }>): Promise<Seen> {
  const { at, atMs, module, callUuid, direction, caller, callee } = event;
  const call = { at, atMs, module, callUuid, number: direction === 'inbound' ? caller : callee };
  if (event.event === 'push.no-url') {
    const answer = { status: null, tookMs: 0, text: null };
    const error = `no address is set for ${module}`;
    return { ...call, result: '', size: 0, delivered: false, error, answer, body: null };
  }
  const { error, status, tookMs, answer: text } = event;
  const sent = await wholeBody(ask, event);
  const body = readBody(sent);
  return {
    ...call,
    result: describeResult(module, body),
    size: Buffer.byteLength(sent),
    delivered: error === null,
    error: error === null ? null : `${error}${whatFollows(event)}`,
    answer: { status, tookMs, text },
    body,
  };
}

/** Events cut bodies; the journal has them whole, as long as it has them. */
async function wholeBody(
  ask: Ask,
  { event, id, body }: Exclude<Told, { event: 'gap' | 'push.no-url' }>,
): Promise<string> {
  if (event === 'pull.attempt' || !/… \[cut: \d+ of \d+ bytes\]$/.test(body)) return body;
  const push = await ask.get<Push>(`/pushes/${id}`).catch(() => null);
  return push === null ? body : JSON.stringify(push.body);
}

function whatFollows(event: Exclude<Told, { event: 'gap' | 'push.no-url' }>): string {
  if (event.event === 'pull.attempt') return '';
  return event.dueAt === null ? '; given up' : `; again at ${event.dueAt.slice(11, 19)}`;
}
