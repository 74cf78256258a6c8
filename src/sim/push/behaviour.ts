import type { PushModule } from '../account/account.ts';
import type { Variant } from './outbox.ts';

/** What becomes of a call's pushes beside what is ordinary: all that is given holds together. */
export interface PushBehaviour {
  /** Which of them; absent: all. */
  readonly module?: PushModule | undefined;
  /** So much later, ms. */
  readonly lateMs?: number | undefined;
  /** Once more, so much after the first time, ms. */
  readonly againMs?: number | undefined;
  /** Never sent, as if the platform had lost them. */
  readonly lost?: true | undefined;
  /** Every attempt counts as failed, whatever the receiver answers. */
  readonly failing?: true | undefined;
  readonly order?: PushOrder | undefined;
}

export const PUSH_ORDERS = ['outbound-first', 'outbound-only', 'records-last', 'reversed'] as const;
/** `outbound-only`: the basic record is not made; `reversed`: what would come first comes last. */
type PushOrder = (typeof PUSH_ORDERS)[number];

/** Those that have a name: what the magic numbers 199000060PP ask for (spec 2.4, choice), and `lost`. */
export const NAMED_BEHAVIOURS = {
  twice: { againMs: 1000 },
  'outbound-first': { order: 'outbound-first' },
  'outbound-only': { order: 'outbound-only' },
  'records-last': { order: 'records-last' },
  reversed: { order: 'reversed' },
  late: { lateMs: 180_000 },
  failing: { failing: true },
  'again-after-hour': { againMs: 3_600_000 },
  lost: { lost: true },
} as const satisfies Readonly<Record<string, PushBehaviour>>;

export type BehaviourName = keyof typeof NAMED_BEHAVIOURS;

/** The records and what goes with them; pulls are no part of it. */
type OwedVariant = Exclude<Variant, 'context' | 'semantics'>;

export const MODULE_OF: Readonly<Record<OwedVariant, PushModule>> = {
  basic: 'receiveCallRecord',
  outbound: 'receiveCallRecord',
  inbound: 'receiveCallRecord',
  dialog: 'receiveDialog',
  voice: 'receiveVoice',
};

/** A push that a call will owe. */
export interface OwedPush {
  readonly variant: OwedVariant;
  /** After the hang-up, ms. */
  readonly delayMs: number;
  readonly isLost?: boolean;
  readonly isFailing?: boolean;
}

/** Bends what a call owes, one behaviour after the other. */
export function bendPushes(owed: readonly OwedPush[], behaviours: readonly PushBehaviour[]): OwedPush[] {
  return behaviours.reduce<OwedPush[]>(bend, [...owed]);
}

function bend(owed: OwedPush[], behaviour: PushBehaviour): OwedPush[] {
  const { module, lateMs = 0, againMs, lost, failing, order } = behaviour;
  const isMeant = ({ variant }: OwedPush) => module === undefined || MODULE_OF[variant] === module;
  const others = owed.filter((push) => !isMeant(push));
  const bent = reorder(owed.filter(isMeant), order).map((push) => ({
    ...push,
    delayMs: push.delayMs + lateMs,
    ...(lost && { isLost: true }),
    ...(failing && { isFailing: true }),
  }));
  if (againMs === undefined) return [...others, ...bent];
  const again = bent.map((push) => ({ ...push, delayMs: push.delayMs + againMs }));
  return [...others, ...bent, ...again];
}

function reorder(owed: OwedPush[], order: PushOrder | undefined): OwedPush[] {
  const delays = owed.map(({ delayMs }) => delayMs);
  const last = Math.max(...delays);
  const withDelay = (delayOf: (push: OwedPush) => number) =>
    owed.map((push) => ({ ...push, delayMs: delayOf(push) }));
  switch (order) {
    case 'outbound-only':
      return owed.filter(({ variant }) => variant !== 'basic');
    case 'outbound-first':
      return swapRecords(owed);
    case 'records-last':
      return withDelay(({ variant, delayMs }) =>
        MODULE_OF[variant] === 'receiveCallRecord' ? delayMs + last : delayMs,
      );
    case 'reversed':
      return withDelay(({ delayMs }) => last + Math.min(...delays) - delayMs);
    default:
      return owed;
  }
}

/** The outbound record takes the earlier of the two delays. */
function swapRecords(owed: OwedPush[]): OwedPush[] {
  const basic = owed.find(({ variant }) => variant === 'basic');
  const outbound = owed.find(({ variant }) => variant === 'outbound');
  if (basic === undefined || outbound === undefined) return owed;
  const first = Math.min(basic.delayMs, outbound.delayMs);
  const second = Math.max(basic.delayMs, outbound.delayMs, first + 1);
  return owed.map((push) => {
    if (push === basic) return { ...push, delayMs: second };
    return push === outbound ? { ...push, delayMs: first } : push;
  });
}
