import { expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import type { Settings } from '../../src/config.ts';
import type {
  Call,
  ClockState,
  EventName,
  PlatformRequest,
  Push,
  SimulatorOptions,
  Task,
  UniverseInfo,
} from '../../src/index.ts';
import type { writeCall } from '../../src/server/control/call.ts';
import type { writeClock } from '../../src/server/control/clock.ts';
import type { eventAnswer } from '../../src/server/control/event/event-answer.ts';
import type { writePush } from '../../src/server/control/push.ts';
import type { writeRequest } from '../../src/server/control/request-answer.ts';
import type { writeTask } from '../../src/server/control/task.ts';
import type { writeUniverse } from '../../src/server/control/universe.ts';

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

it('takes every setting of a config file', () => {
  expectTypeOf<Omit<Settings, 'fixtures'>>().toExtend<SimulatorOptions>();
});
