import type { Call } from '../call/call.ts';
import { isAnswered } from '../call/result.ts';
import { effectFact } from '../fact.ts';
import { draw, drawInteger } from '../random.ts';
import type { World } from '../world.ts';
import { bendPushes, MODULE_OF, type OwedPush } from './behaviour.ts';
import type { OutboxRow } from './outbox.ts';

/** ms after the hang-up (choice; seen: a real outbound record was made 3.4–3.7 s after). */
const DELAYS: Readonly<Record<OwedPush['variant'], readonly [number, number]>> = {
  basic: [300, 1500],
  outbound: [800, 4000],
  inbound: [300, 1500],
  dialog: [500, 5000],
  voice: [2000, 10_000],
};

/** Puts what a finished call owes into the outbox (spec 3.2). */
export function owePushes(world: World, call: Call): void {
  const hangupAt = call.hangupAt ?? world.now;
  for (const { variant, delayMs, isLost = false, isFailing = false } of owedBy(world, call)) {
    const module = MODULE_OF[variant];
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
      fails: isFailing,
      isLost,
    });
    if (!isLost) tellOwed(world, { id, call_id: call.id, module, variant, due_at: dueAt }, url);
  }
}

function owedBy(world: World, call: Call): OwedPush[] {
  const owed = variantsOf(world, call).map((variant) => ({
    variant,
    delayMs: drawInteger(call.chance, `push-${variant}`, DELAYS[variant]),
  }));
  return call.pushBehaviour === null ? owed : bendPushes(owed, call.pushBehaviour);
}

function variantsOf(world: World, call: Call): OwedPush['variant'][] {
  const talked = call.answerAt !== null && (call.result === null || isAnswered(call.result));
  const recorded = !call.turbo && (call.phone === null || call.phone.recording !== null);
  const variants: OwedPush['variant'][] = [];
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

/** Tells that a push is owed, or that it will never be. */
export function tellOwed(
  world: World,
  push: Pick<OutboxRow, 'id' | 'call_id' | 'module' | 'variant' | 'due_at'>,
  url: string | null,
): void {
  if (url === null) world.tell('push.no-url', () => effectFact(world, push, url));
  else world.tell('push.owed', () => ({ ...effectFact(world, push, url), dueAt: push.due_at }));
}
