import { expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import type { Settings } from '../../src/config.ts';
import type {
  Call,
  ClockState,
  EventData,
  EventName,
  PlatformRequest,
  Push,
  SimulatorOptions,
  SipState,
  Task,
  UniverseInfo,
} from '../../src/index.ts';
import type { writeCall } from '../../src/server/control/call.ts';
import type { writeClock } from '../../src/server/control/clock.ts';
import type { EVENT_KEYS, eventAnswer } from '../../src/server/control/event/event-answer.ts';
import type { Times } from '../../src/server/control/http/times.ts';
import type { writePush } from '../../src/server/control/push.ts';
import type { writeRequest } from '../../src/server/control/request-answer.ts';
import type { SipView } from '../../src/server/control/scope.ts';
import type { sipAnswer } from '../../src/server/control/sip.ts';
import type { writeTask } from '../../src/server/control/task.ts';
import type { writeUniverse } from '../../src/server/control/universe.ts';
import type { FactData, FactName } from '../../src/sim/fact.ts';

/** Takes what is written for what is promised, or does not compile. */
function take<Promised>(_written: Promised): void {}

/** Checked by the compiler, nothing is run: what the library promises is what the control API writes. */
it('types what the control API answers', () => {
  const check = (
    call: ReturnType<typeof writeCall>,
    push: Omit<ReturnType<typeof writePush>, 'body' | 'module'>,
    task: ReturnType<typeof writeTask>,
    request: ReturnType<typeof writeRequest>,
    clock: ReturnType<typeof writeClock>,
    universe: ReturnType<typeof writeUniverse>,
  ) => {
    take<Call>(call);
    take<Omit<Push, 'body' | 'module'>>(push);
    take<Task>(task);
    take<PlatformRequest>(request);
    take<ClockState>(clock);
    take<UniverseInfo>(universe);
  };
  expectTypeOf(check).toBeFunction();
});

it('promises no less than it writes', () => {
  expectTypeOf<keyof ReturnType<typeof writeCall>>().toEqualTypeOf<keyof Call>();
  expectTypeOf<keyof ReturnType<typeof writePush>>().toEqualTypeOf<keyof Push>();
  expectTypeOf<keyof ReturnType<typeof writeTask>>().toEqualTypeOf<keyof Task>();
  expectTypeOf<keyof ReturnType<typeof writeRequest>>().toEqualTypeOf<keyof PlatformRequest>();
  expectTypeOf<keyof ReturnType<typeof writeClock>>().toEqualTypeOf<keyof ClockState>();
  expectTypeOf<keyof ReturnType<typeof writeUniverse>>().toEqualTypeOf<keyof UniverseInfo>();
  type Published = z.output<ReturnType<typeof eventAnswer>>;
  expectTypeOf<Published['event']>().toEqualTypeOf<EventName>();
});

/** One object with all keys, whoever may change them; arrays and what is in them too. */
type Flat<T> = T extends readonly (infer Item)[]
  ? readonly Flat<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Flat<T[Key]> }
    : T;

/** As it goes over the wire: each instant is told twice. */
type Written<T> = Omit<T, Instant> & Times<Pick<T, Instant & keyof T> & Record<never, number>>;
type Instant = 'dueAt' | 'startedAt' | 'expiresAt';

/** Of each event what it tells, but for two words that the library narrows down (module) or leaves open (variant). */
type Told<Data, Names extends keyof Data> = {
  -readonly [Name in Names]: Flat<Omit<Data[Name], 'module' | 'variant'>>;
};
type WrittenFacts = { [Name in FactName]: Written<FactData[Name]> };

it('promises of each event what the simulation tells, no more and no less', () => {
  expectTypeOf<Told<EventData, FactName>>().toEqualTypeOf<Told<WrittenFacts, FactName>>();
  type Attempted = EventData['push.attempt' | 'pull.attempt']['module'];
  expectTypeOf<Attempted>().toEqualTypeOf<FactData['push.attempt']['module']>();
  expectTypeOf<FactData['push.attempt']['variant']>().toExtend<EventData['push.attempt']['variant']>();
});

it('promises of each event what is published, no more and no less', () => {
  type Published = { [Name in EventName]: z.output<z.ZodObject<ReturnType<(typeof EVENT_KEYS)[Name]>>> };
  expectTypeOf<Told<EventData, EventName>>().toEqualTypeOf<Told<Published, EventName>>();
});

it('promises of SIP what is served and published, no more and no less', () => {
  expectTypeOf<Flat<SipState>>().toEqualTypeOf<Flat<z.output<ReturnType<typeof sipAnswer>>>>();
  type Registration = Written<SipView['registrations'][number]>;
  expectTypeOf<Flat<SipState['registrations'][number]>>().toEqualTypeOf<Flat<Registration>>();
  type Rest = 'port' | 'calls' | 'signalling';
  expectTypeOf<Flat<Pick<SipState, Rest>>>().toEqualTypeOf<Flat<Pick<SipView, Rest>>>();
});

it('takes every setting of a config file', () => {
  expectTypeOf<Omit<Settings, 'fixtures'>>().toExtend<SimulatorOptions>();
});
