import { formatInstant } from '../../../sim/time/calendar.ts';
import { pendingWork } from '../../../sim/time/due.ts';
import { nextEventAt } from '../../../sim/time/next-event.ts';
import { readState } from '../http/state.ts';
import type { ControlScope } from '../scope.ts';
import { explainCutIds } from './cut-id.ts';
import { type Item, TARGETS, type Target, type TargetName } from './target.ts';

/** What was waited for. */
export interface Wish {
  readonly name: TargetName;
  /** With what holds unless said otherwise. */
  readonly where: Item;
  readonly advance: boolean;
}

/** What came instead: what would match without one of the conditions. */
export interface Instead {
  readonly without: string;
  readonly text: string;
  readonly items: readonly Item[];
}

/** So many near misses are looked at, and so many shown. */
const LOOKED_AT = 20;
const SHOWN = 3;

/** What did happen, for somebody who waited in vain. */
export async function explainMiss(
  scope: ControlScope,
  wish: Wish,
): Promise<{ texts: string[]; instead: Instead[] }> {
  const cut = await readState(scope.simulation, (world) => explainCutIds(world, wish.where));
  const instead = await findInstead(scope, wish);
  const texts = [...cut, ...(await explainCalls(scope, wish)), ...instead.map(({ text }) => text)];
  if (texts.length === 0) texts.push(await explainNothing(scope, wish));
  const clock = await explainClock(scope, wish.advance);
  return { texts: clock === null ? texts : [...texts, clock], instead };
}

async function findInstead(scope: ControlScope, { name, where }: Wish): Promise<Instead[]> {
  const target = TARGETS[name];
  const matching = new Set((await target.list(scope, where, LOOKED_AT)).map((item) => item[target.key]));
  const found: Instead[] = [];
  for (const without of Object.keys(where).filter((key) => where[key] !== undefined)) {
    const { [without]: _, ...rest } = where;
    const items = (await target.list(scope, rest, LOOKED_AT)).filter(
      (item) => !matching.has(item[target.key]),
    );
    if (items.length === 0) continue;
    found.push({ without, text: describe(name, without, items), items: items.slice(0, SHOWN) });
  }
  return found;
}

function describe(name: TargetName, without: string, items: readonly Item[]): string {
  const shown = items.slice(0, SHOWN);
  if (name === 'push' && without === 'state') return shown.map(describePush).join(', ');
  if (name === 'call' && without === 'state')
    return shown.map(({ callUuid, state }) => `call ${callUuid} is ${state}`).join(', ');
  if (name === 'task' && without === 'status') {
    return shown
      .map(({ taskId, status, waitsFor }) => `task ${taskId} has status ${status} (${waitsFor})`)
      .join(', ');
  }
  const others = new Set(items.map((item) => String(item[without])));
  return `there is one with another ${without}: ${[...others].slice(0, SHOWN).join(', ')}`;
}

function describePush({ id, module, state, dueAt, attempts }: Item): string {
  const last = Array.isArray(attempts) ? (attempts as { error: string | null }[]).at(-1) : undefined;
  const why = last === undefined ? 'no attempt yet' : `the last attempt: ${last.error ?? 'delivered'}`;
  switch (state) {
    case 'owed':
      return `push ${id} (${module}) is still owed, due at ${dueAt}, ${why}`;
    case 'failed':
      return `push ${id} (${module}) failed, ${why}`;
    case 'lost':
      return `push ${id} (${module}) is lost, as a rule says`;
    case 'no-url':
      return `push ${id}: no url is set for ${module}`;
    default:
      return `push ${id} (${module}) was ${state}`;
  }
}

/** What a push is found by that its call is found by too. */
const OF_CALLS = ['callUuid', 'callee', 'taskId', 'taskDataId', 'callRelationId'];
const OF_ANSWERED: readonly unknown[] = ['receiveDialog', 'receiveVoice'];

/** Calls that are meant, and owe nothing of the kind: not yet, or never. */
async function explainCalls(scope: ControlScope, { name, where }: Wish): Promise<string[]> {
  const about = Object.fromEntries(
    OF_CALLS.flatMap((key) => (where[key] === undefined ? [] : [[key, where[key]]])),
  );
  if (name !== 'push' || Object.keys(about).length === 0) return [];
  const calls = await TARGETS.call.list(scope, about, SHOWN);
  return calls.flatMap(({ callUuid, callee, state, answerAt, result }) => {
    const call = `call ${callUuid} to ${callee}`;
    if (state !== 'ended') return [`${call} is ${state}: what it owes is pushed after its end`];
    if (answerAt !== null || !OF_ANSWERED.includes(where.module)) return [];
    const why = result === null ? '' : ` (result ${result})`;
    return [`${call} was not answered${why}: it owes no ${where.module}`];
  });
}

async function explainNothing(scope: ControlScope, { name }: Wish): Promise<string> {
  const target: Target = TARGETS[name];
  const any = await target.count(scope, {}, 1);
  return any === 0 ? `there is no ${name} at all` : `no ${name} comes near`;
}

async function explainClock({ simulation }: ControlScope, advance: boolean): Promise<string | null> {
  if (simulation.clock.mode !== 'manual') return null;
  return readState(simulation, (world) => {
    const next = nextEventAt(world);
    if (pendingWork(world).length === 0 || next === null) return 'nothing is left to happen by itself';
    if (advance) return null;
    const now = formatInstant(world.now);
    return `the manual clock stands at ${now} and the next event is due at ${formatInstant(next)}: advance it, or wait with "advance": true`;
  });
}
