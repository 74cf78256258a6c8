import { type Chance, drawInteger } from '../random.ts';
import type { Outcome } from './outcome.ts';
import { isAnswered } from './result.ts';

/** When a call rings and is answered or given up; ms from the dial, null where it does not come to that. */
export interface CallPlan {
  /** Null: it never rang. */
  readonly ringAfterMs: number | null;
  /** Null: nobody answered. */
  readonly answerAfterMs: number | null;
  /** Only of a call that nobody answered; an answered one ends when its dialogue does. */
  readonly hangupAfterMs: number | null;
}

type Range = readonly [number, number];

interface Profile {
  /** ms from the dial to the first ring; null: the network says so before any phone rings. */
  readonly ring: Range | null;
  /** ms from the dial to the answer or the hang-up. */
  readonly end: Range;
}

/** Spec 2.3: an answered call rings 3–20 s, whether one counts from the dial (as `duration_ring` does) or the first ring. */
const ANSWERED: Profile = { ring: [350, 2600], end: [3600, 20_000] };
const LEAST_RING_MS = 3000;
/** Who asks for an exact talk time wants to see its end soon: 199000050SS is answered at once (choice). */
const AT_ONCE: Profile = { ring: [350, 600], end: [3600, 5000] };

/** How the network gives up on a call, by result (choice; spec 2.3 gives -1, 20, 6, 7, 9, 28). */
const UNANSWERED: ReadonlyMap<number, Profile> = new Map<number, Profile>([
  [-1, { ring: [400, 3000], end: [45_000, 60_000] }],
  [20, { ring: [400, 3000], end: [45_000, 60_000] }],
  // An announcement takes the place of the ringing tone.
  [2, { ring: null, end: [3000, 11_000] }],
  [3, { ring: null, end: [6000, 19_000] }],
  [4, { ring: null, end: [3500, 9000] }],
  [5, { ring: null, end: [1500, 6500] }],
  [22, { ring: null, end: [8000, 24_000] }],
  [23, { ring: null, end: [900, 3500] }],
  // Somebody looks at the phone first.
  [8, { ring: [400, 2600], end: [3800, 18_000] }],
  [25, { ring: [400, 2600], end: [5000, 22_000] }],
  // The number or the line is at fault: known at once.
  [6, { ring: null, end: [180, 950] }],
  [7, { ring: null, end: [120, 700] }],
  [9, { ring: null, end: [180, 950] }],
  [27, { ring: null, end: [80, 500] }],
  [28, { ring: null, end: [150, 950] }],
  [26, { ring: null, end: [400, 6000] }],
]);
const ELSE: Profile = { ring: null, end: [1000, 6000] };

/** Plans an outbound call up to its answer or its end, at the dial. `outcome.ringMs` is the exact time to that. */
export function planCall(outcome: Outcome, chance: Chance): CallPlan {
  const answered = isAnswered(outcome.result);
  const profile = answered ? answeredProfile(outcome) : (UNANSWERED.get(outcome.result) ?? ELSE);
  const endMs = outcome.ringMs ?? drawInteger(chance, 'ring-end', profile.end);
  const latestRingMs = outcome.ringMs === undefined ? endMs - LEAST_RING_MS : Math.floor(endMs / 2);
  const ringAfterMs =
    profile.ring === null ? null : Math.min(drawInteger(chance, 'ring', profile.ring), latestRingMs);
  return answered
    ? { ringAfterMs, answerAfterMs: endMs, hangupAfterMs: null }
    : { ringAfterMs, answerAfterMs: null, hangupAfterMs: endMs };
}

function answeredProfile({ wish }: Outcome): Profile {
  return wish.talkMs === undefined ? ANSWERED : AT_ONCE;
}
