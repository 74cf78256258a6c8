import { draw } from '../random.ts';
import type { DialogueInput } from './dialogue.ts';
import type { TagPlan } from './reach.ts';

export type EndedBy = 'robot' | 'customer' | 'line' | 'platform';

/** How the dialogue is to end, as far as that is known when it begins. ms count from the answer. */
export interface Ending {
  /** Where it is cut whatever goes on; Infinity: never. */
  readonly cutMs: number;
  readonly cutBy: EndedBy;
  /** The cut is the point of the call (15, 16): it may move into the nearest turn, and no natural end comes before it. */
  readonly mustCut: boolean;
  /** The tag that must have been passed before the cut counts. */
  readonly afterTag: string | null;
  /** A natural end before this is put off to it. */
  readonly leastMs: number;
  /** `talkMs` is asked for: both bounds are exact. */
  readonly exact: boolean;
}

/** An ordinary dialogue lasts 15–150 s (spec 2.3). */
const LEAST_MS = 15_000;
export const MOST_MS = 150_000;

const OPEN: Ending = {
  cutMs: Number.POSITIVE_INFINITY,
  cutBy: 'customer',
  mustCut: false,
  afterTag: null,
  leastMs: 0,
  exact: false,
};

export function planEnding(input: DialogueInput, plan: TagPlan | null): Ending {
  const { result, chance, wish } = input;
  // A real caller keeps a real time.
  if (input.caller === 'outside') return OPEN;
  const cutBy = cutterOf(result);
  const mustCut = result === 15 || result === 16;
  if (wish.talkMs !== undefined) {
    return { ...OPEN, cutMs: wish.talkMs, cutBy, mustCut, leastMs: wish.talkMs, exact: true };
  }
  const point = draw(chance, 'cut');
  if (!mustCut) {
    const leastMs = result === 18 ? 0 : LEAST_MS + Math.floor(draw(chance, 'least') * 3000);
    return { ...OPEN, cutMs: MOST_MS - Math.floor(point * 5000), cutBy, leastMs };
  }
  // Most who hang up do so within the first sentences; a line may fail at any time (choice).
  const cutMs = result === 15 ? 2000 + Math.floor(point ** 2 * 23_000) : 3000 + Math.floor(point * 57_000);
  return { ...OPEN, cutMs, cutBy, mustCut, afterTag: plan?.tag ?? null };
}

function cutterOf(result: number | null): EndedBy {
  if (result === 16) return 'line';
  return result === 19 ? 'platform' : 'customer';
}
