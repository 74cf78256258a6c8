import type { ScriptWish } from './call.ts';

/** What the magic numbers 199000060PP ask of the pushes (spec 2.4). */
export type PushBehaviour = 'twice' | 'outbound-first' | 'outbound-only' | 'records-last' | 'late' | 'failing' | 'again-after-hour';

/** What becomes of a call, decided at the dial. */
export interface Outcome {
  /** `task_result` as a number: -1 to 28. */
  readonly result: number;
  /** From dial to answer or hang-up; absent: drawn. */
  readonly ringMs?: number;
  readonly wish: ScriptWish;
  readonly pushBehaviour: PushBehaviour | null;
  /** The registered account whose real phone is rung instead (spec 4.4). */
  readonly sip?: string;
}
