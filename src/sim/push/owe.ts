import type { PushModule } from '../account/account.ts';
import type { Call } from '../call/call.ts';
import { isAnswered } from '../call/result.ts';
import { effectFact } from '../fact.ts';
import { draw, drawInteger } from '../random.ts';
import type { World } from '../world.ts';
import type { OutboxRow, Variant } from './outbox.ts';

/** ms after the hang-up (choice; seen: a real outbound record was made 3.4–3.7 s after). */
const DELAYS: Readonly<
  Record<'basic' | 'outbound' | 'inbound' | 'dialog' | 'voice', readonly [number, number]>
> = {
  basic: [300, 1500],
  outbound: [800, 4000],
  inbound: [300, 1500],
  dialog: [500, 5000],
  voice: [2000, 10_000],
};

const MODULE: Readonly<Record<keyof typeof DELAYS, PushModule>> = {
  basic: 'receiveCallRecord',
  outbound: 'receiveCallRecord',
  inbound: 'receiveCallRecord',
  dialog: 'receiveDialog',
  voice: 'receiveVoice',
};

/** Tells that a push is owed, or that it will never be. */
export function tellOwed(
  world: World,
  push: Pick<OutboxRow, 'id' | 'call_id' | 'module' | 'variant' | 'due_at'>,
  url: string | null,
): void {
  if (url === null) world.tell('push.no-url', () => effectFact(world, push, url));
  else world.tell('push.owed', () => ({ ...effectFact(world, push, url), dueAt: push.due_at }));
}

type Owed = { readonly variant: Variant & keyof typeof DELAYS; delayMs: number };

/** Puts what a finished call owes into the outbox (spec 3.2). */
export function owePushes(world: World, call: Call): void {
  const owed = owedBy(world, call);
  const hangupAt = call.hangupAt ?? world.now;
  for (const { variant, delayMs } of owed) {
    const module = MODULE[variant];
    const url = world.accounts.urlFor(module, call);
    const dueAt = Math.max(hangupAt, world.now) + delayMs;
    const id = world.outbox.add({
      kind: 'push',
      businessId: call.businessId,
      callId: call.id,
      module,
      variant,
      url,
      dueAt,
      fails: call.pushBehaviour === 'failing',
    });
    tellOwed(world, { id, call_id: call.id, module, variant, due_at: dueAt }, url);
  }
}

function owedBy(world: World, call: Call): Owed[] {
  const owed = variantsOf(world, call).map((variant) => ({
    variant,
    delayMs: drawInteger(call.chance, `push-${variant}`, DELAYS[variant]),
  }));
  return bend(owed, call);
}

function variantsOf(world: World, call: Call): Owed['variant'][] {
  const talked = call.answerAt !== null && (call.result === null || isAnswered(call.result));
  const recorded = !call.turbo && (call.phone === null || call.phone.recording !== null);
  const variants: Owed['variant'][] = [];
  if (call.direction === 'inbound') {
    variants.push('inbound');
  } else {
    if (draw(call.chance, 'record-twice') < world.config.push.recordTwice) variants.push('basic');
    variants.push('outbound');
  }
  if (talked) variants.push('dialog');
  if (talked && recorded) variants.push('voice');
  return variants;
}

/** Time by which the copies and the late ones of the magic numbers come after the others (spec 2.4, 60PP). */
const LATE_MS = 180_000;
const HOUR_MS = 3_600_000;
const COPY_MS = 1000;

function bend(owed: Owed[], call: Call): Owed[] {
  const later = (ms: number) => owed.map(({ variant, delayMs }) => ({ variant, delayMs: delayMs + ms }));
  switch (call.pushBehaviour) {
    case 'twice':
      return [...owed, ...later(COPY_MS)];
    case 'again-after-hour':
      return [...owed, ...later(HOUR_MS)];
    case 'late':
      return later(LATE_MS);
    case 'outbound-only':
      return owed.filter(({ variant }) => variant !== 'basic');
    case 'outbound-first':
      return swapRecords(owed);
    case 'records-last': {
      const last = Math.max(...owed.map(({ delayMs }) => delayMs));
      return owed.map((push) =>
        MODULE[push.variant] === 'receiveCallRecord' ? { ...push, delayMs: push.delayMs + last } : push,
      );
    }
    default:
      return owed;
  }
}

/** The outbound record takes the earlier of the two delays. */
function swapRecords(owed: Owed[]): Owed[] {
  const basic = owed.find(({ variant }) => variant === 'basic');
  const outbound = owed.find(({ variant }) => variant === 'outbound');
  if (basic !== undefined && outbound !== undefined) {
    const first = Math.min(basic.delayMs, outbound.delayMs);
    basic.delayMs = Math.max(basic.delayMs, outbound.delayMs, first + 1);
    outbound.delayMs = first;
  }
  return owed;
}
