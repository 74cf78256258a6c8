import type { Fixtures, Module } from '../../sim/account/account.ts';
import { deriveChance } from '../../sim/random.ts';
import { changeBody } from '../sample/change-body.ts';
import { type CallWish, ENDED_AGO_MS, makeCall, type SampleBody } from '../sample/make-call.ts';
import { LONG_TALK, makeTalkative } from './long-talk.ts';

/** What a case sends to a receiver. */
export interface Plan {
  readonly bodies: readonly Pick<SampleBody, 'module' | 'body'>[];
  /** All at once, one after the other, or one after the other in small pieces. */
  readonly way: 'at-once' | 'in-order' | 'slowly';
}

interface CaseInput {
  readonly fixtures: Fixtures;
  readonly businessId: string;
  /** Of this case alone. */
  readonly seed: number;
  /** ms since 1970. */
  readonly now: number;
  /** Modules that the receiver takes. */
  readonly modules: ReadonlySet<Module>;
}

/** Something that happens to every receiver sooner or later. */
export interface ProbeCase {
  /** Stable, for programs. */
  readonly name: string;
  readonly title: string;
  plan(input: CaseInput): Promise<Plan>;
}

const HOUR_MS = 3_600_000;
const PARALLEL = 200;
/** The most numbers of one submission. */
const NUMBERS = Array.from({ length: 50 }, (_, i) => `199000000${String(i + 1).padStart(2, '0')}`);

/** The report card of spec 5.4. */
export const CASES: readonly ProbeCase[] = [
  {
    name: 'records-basic-first',
    title: 'both records of a call, the basic one first',
    plan: async (input) => inOrder(pick(await call(input), 'basic', 'outbound')),
  },
  {
    name: 'records-outbound-first',
    title: 'both records of a call, the outbound one first',
    plan: async (input) => inOrder(pick(await call(input), 'outbound', 'basic')),
  },
  {
    name: 'one-record',
    title: 'one record only, the outbound one',
    plan: async (input) => inOrder(pick(await call(input), 'outbound')),
  },
  {
    name: 'duplicate',
    title: 'everything of a call, and all of it once more',
    plan: async (input) => {
      const bodies = await call(input);
      return inOrder([...bodies, ...bodies]);
    },
  },
  {
    name: 'hour-late',
    title: 'everything of a call, an hour late',
    plan: async (input) => inOrder(await call({ ...input, now: input.now - HOUR_MS })),
  },
  {
    name: 'long-dialogue',
    title: 'a dialogue of 300 turns',
    plan: async (input) => {
      const fixtures = makeTalkative(input.fixtures, input.businessId);
      return inOrder(pick(await call({ ...input, fixtures }, { outcome: LONG_TALK }), 'dialog'));
    },
  },
  {
    name: 'unknown-field',
    title: 'a field that the documents do not know, in everything of a call',
    plan: async (input) => {
      const bodies = await call(input);
      return inOrder(
        bodies.map((one) => ({ ...one, body: changeBody(one.body, ['new_in_next_version={"a":[1]}']) })),
      );
    },
  },
  {
    name: 'large-ids',
    title: 'ids above 2^53',
    plan: async (input) => inOrder(pick(await call(input), 'outbound', 'dialog', 'voice')),
  },
  {
    name: 'chinese-and-emoji',
    title: 'Chinese text, rare characters and emoji',
    plan: async (input) =>
      inOrder(pick(await call(input, { name: '欧阳𠮷娜😀👨‍👩‍👧' }), 'outbound', 'dialog')),
  },
  {
    name: 'slow-body',
    title: 'a body sent slowly, in pieces over 1.5 s',
    plan: async (input) => ({ bodies: pick(await call(input), 'outbound', 'dialog'), way: 'slowly' }),
  },
  {
    name: 'parallel',
    title: `${PARALLEL} pushes at once`,
    plan: async (input) => {
      const bodies: SampleBody[] = [];
      // 50 calls owe 200 pushes, or 50 where the receiver has an address for dialogues only.
      for (let i = 0; i < PARALLEL / NUMBERS.length && bodies.length < PARALLEL; i++) {
        const seed = deriveChance(input.seed, 'more', i);
        bodies.push(...wanted(await call({ ...input, seed }, { numbers: NUMBERS }), input));
      }
      return { bodies: bodies.slice(0, PARALLEL), way: 'at-once' };
    },
  },
];

/** A call that has just ended, and everything that it owes. */
function call({ fixtures, seed, now }: CaseInput, wish: Partial<CallWish> = {}): Promise<SampleBody[]> {
  return makeCall({
    direction: 'outbound',
    fixtures,
    numbers: NUMBERS.slice(0, 1),
    endAt: now - ENDED_AGO_MS,
    seed,
    ...wish,
  });
}

function inOrder(bodies: Plan['bodies']): Plan {
  return { bodies, way: 'in-order' };
}

/** Those of these variants, in their order. */
function pick(bodies: readonly SampleBody[], ...variants: readonly string[]): SampleBody[] {
  return variants.flatMap((variant) => bodies.filter((one) => one.variant === variant));
}

function wanted(bodies: readonly SampleBody[], { modules }: CaseInput): SampleBody[] {
  return bodies.filter(({ module }) => modules.has(module));
}
