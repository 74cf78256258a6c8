import { z } from 'zod';
import type { ClockMode } from '../../sim/config.ts';
import type { Simulation } from '../../sim/simulation.ts';
import { DAY_MS, formatInstant, LAST_INSTANT } from '../../sim/time/calendar.ts';
import type { Advance, Advanced } from '../../sim/time/driver.ts';
import { instants, named } from './http/answer.ts';
import { ControlError } from './http/error.ts';
import { duration, flag, instant, object } from './http/field.ts';
import { defineRoute } from './http/route.ts';
import { times } from './http/times.ts';
import type { ControlScope } from './scope.ts';

const MODE_HINT = 'real, manual, scaled or xN, such as x60';
const SPEED_HINT = 'simulated ms per wall ms, over 0 and at most 100000';
const MAX_SPEED = 100_000;
const BY_HINT = 'a duration such as 10m, 250ms, 1h30m, 0s or 2d';
const ONE_OF = 'exactly one of by, to and until';

/** `until: idle` looks no further than this (choice). */
const IDLE_BOUND_MS = 366 * DAY_MS;

const clockBody = object({
  mode: z
    .string(MODE_HINT)
    .regex(/^(real|manual|scaled|x\d+(\.\d+)?)$/, MODE_HINT)
    .optional(),
  speed: z.number(SPEED_HINT).positive(SPEED_HINT).max(MAX_SPEED, SPEED_HINT).optional(),
});

const advanceBody = object({
  by: duration(LAST_INSTANT, BY_HINT).optional(),
  to: instant.optional(),
  until: z.literal('idle', 'idle').optional(),
  overlap: flag.default(false),
}).refine(({ by, to, until }) => [by, to, until].filter((way) => way !== undefined).length === 1, ONE_OF);

export const clockAnswer = named('Clock', () =>
  z.object({
    ...instants('now'),
    mode: z.enum(['real', 'manual', 'scaled']),
    speed: z.number().meta({ description: 'simulated ms per wall ms' }),
    status: z.enum(['ready', 'advancing']),
  }),
);

const advancedAnswer = named('Advanced', () =>
  z.object({
    ...instants('from', 'to'),
    events: z.int().meta({ description: 'that happened' }),
    pushes: z.int().meta({ description: 'attempts at pushes and pulls that were settled' }),
  }),
);

export const clockRoutes = [
  defineRoute({
    method: 'GET',
    path: '/clock',
    summary: 'What time it is, and how it runs',
    answer: clockAnswer,
    run: ({ scope }) => writeClock(scope.simulation),
  }),
  defineRoute({
    method: 'PUT',
    path: '/clock',
    summary: 'Changes mode or speed while running; time goes on from where it stands',
    body: clockBody,
    example: { mode: 'x60' },
    answer: clockAnswer,
    async run({ scope: { simulation, events }, body }) {
      refuseWhileBusy(simulation);
      const { mode, speed } = readMode(body, simulation);
      await simulation.setClock(mode, speed);
      events.tell('clock.changed', { mode, speed });
      return writeClock(simulation);
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/clock/advance',
    summary: 'Moves time on; answers when every event due by then has settled',
    body: advanceBody,
    example: { by: '10m' },
    answer: advancedAnswer,
    async run({ scope, body }) {
      const { simulation } = scope;
      refuseWhileBusy(simulation);
      const advanced = await advance(scope, {
        to: targetOf(body, simulation.clock.target),
        untilIdle: body.until === 'idle',
        overlap: body.overlap,
      });
      const answer = writeAdvanced(advanced);
      if (advanced.pending.length === 0) return answer;
      throw new ControlError(
        'not-idle',
        `not idle by ${formatInstant(advanced.to)}: ${advanced.pending.join('; ')}`,
        {
          ...answer,
          pending: advanced.pending,
        },
      );
    },
  }),
];

export function writeClock({ clock, isAdvancing }: Simulation) {
  const { mode, speed, target } = clock;
  return {
    ...times({ now: target }),
    mode,
    speed,
    status: isAdvancing ? ('advancing' as const) : ('ready' as const),
  };
}

export function refuseWhileBusy(simulation: Simulation): void {
  if (simulation.isAdvancing) throw new ControlError('clock-busy', 'the clock is being advanced already');
}

/** Whatever came of an advance that a reset or the end has overtaken, it tells of a simulation that is gone. */
async function advance({ simulation, closing }: ControlScope, request: Advance): Promise<Advanced> {
  const { clock } = simulation;
  const outcome = await simulation.advance(request).then(
    (advanced) => ({ advanced }),
    (error: unknown) => ({ error }),
  );
  if (closing.aborted)
    throw new ControlError('closing', 'the simulator was closed while its clock was advanced');
  if (simulation.clock !== clock) {
    throw new ControlError('clock-reset', 'the simulation was reset while its clock was advanced');
  }
  if ('advanced' in outcome) return outcome.advanced;
  throw simulation.fault === null ? outcome.error : explainFault(simulation.fault);
}

function explainFault(fault: unknown): ControlError {
  const message = fault instanceof Error ? fault.message : String(fault);
  return new ControlError(
    'clock-stopped',
    `the clock stands for good, after a bug of the simulator: ${message}`,
  );
}

function targetOf(body: z.output<typeof advanceBody>, now: number): number {
  if (body.until !== undefined) return now + IDLE_BOUND_MS;
  const to = body.to ?? now + (body.by ?? 0);
  if (to < now) {
    const expected = `${formatInstant(now)} or later: time never goes back`;
    throw new ControlError('invalid-parameter', `to: found ${formatInstant(to)}, expected ${expected}`);
  }
  if (to > LAST_INSTANT) {
    throw new ControlError('invalid-parameter', `by: leads beyond ${formatInstant(LAST_INSTANT)}`);
  }
  return to;
}

/** `x60` says both; a speed alone is one of a scaled clock. */
function readMode(
  { mode, speed }: z.output<typeof clockBody>,
  { clock }: Simulation,
): { mode: ClockMode; speed: number } {
  const scaled = /^x(.+)$/.exec(mode ?? '')?.[1];
  const wanted = scaled === undefined ? speed : Number(scaled);
  if (scaled !== undefined && speed !== undefined && speed !== wanted) {
    throw new ControlError(
      'invalid-parameter',
      `speed: found ${speed}, expected ${wanted}, as the mode says, or none`,
    );
  }
  if (wanted !== undefined && !(wanted > 0 && wanted <= MAX_SPEED)) {
    throw new ControlError('invalid-parameter', `mode: found ${mode}, expected ${SPEED_HINT}`);
  }
  if (mode === 'real' || mode === 'manual') {
    if (wanted === undefined || wanted === 1) return { mode, speed: 1 };
    throw new ControlError('invalid-parameter', `speed: found ${wanted}, expected none with mode ${mode}`);
  }
  if (mode === undefined && wanted === undefined) return { mode: clock.mode, speed: clock.speed };
  if (wanted === undefined && clock.mode !== 'scaled') {
    throw new ControlError('invalid-parameter', `speed: found nothing, expected ${SPEED_HINT}`);
  }
  return { mode: 'scaled', speed: wanted ?? clock.speed };
}

function writeAdvanced({ from, to, events, pushes }: Advanced) {
  return { ...times({ from, to }), events, pushes };
}
