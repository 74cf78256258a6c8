import { SimulatorError } from '../../library/ask.ts';
import type { RuleOutcome } from '../../library/rule.ts';
import { type Fixtures, MODULES, type Module } from '../../sim/account/account.ts';
import { drawInteger } from '../../sim/random.ts';
import { createSimulator, type Simulator } from '../../simulator.ts';
import { VerbFailure } from '../verb.ts';
import { chooseLine, chooseRobot } from './choose.ts';

/** A call that is to be made, or several with the same robot. */
export interface CallWish {
  readonly direction: 'outbound' | 'inbound';
  readonly fixtures: Fixtures;
  /** Null: the first that will do. */
  readonly robotId?: string | null;
  /** Whether the robot has to ask outside in the middle of its calls. */
  readonly asksOutside?: boolean;
  /** The customers' numbers, 1 to 50, of an inbound call 1; magic numbers have their effect. */
  readonly numbers: readonly string[];
  /** The customer's name; it fills all columns but the first. */
  readonly name?: string;
  readonly outcome?: RuleOutcome;
  /** ms since 1970 at which the last of them is hung up. */
  readonly endAt: number;
  /** Everything of it hangs on this, the ids too. */
  readonly seed: number;
}

/** How long ago a call has ended whose pushes come now: about as long as the platform takes for the first, ms. */
export const ENDED_AGO_MS = 1000;

/** A body that the simulator pushes or pulls with, to the byte. */
export interface SampleBody {
  readonly module: Module;
  /** As `/_sim/pushes` names them: `basic`, `outbound`, `inbound`, `dialog`, `voice`; of a pull, its module. */
  readonly variant: string;
  readonly callUuid: string;
  readonly body: string;
}

/**
 * Makes calls in a simulator of their own, from the first ring to the last push.
 * @returns everything that they owed, in the order of the pushes, and what was pulled before
 * @throws VerbFailure if the fixtures do not allow such a call
 */
export async function makeCall(wish: CallWish): Promise<SampleBody[]> {
  // How long it takes is known when it is over; a shifted clock changes nothing in it but its instants.
  const trial = await happen(wish, wish.endAt);
  const { bodies } = await happen(wish, wish.endAt - (trial.endAt - wish.endAt));
  return bodies;
}

/** Row ids in use elsewhere are as unlikely to come again as with the platform. */
const MOST_ROWS_BEFORE = 1_000_000_000;

async function happen(wish: CallWish, startAt: number): Promise<{ bodies: SampleBody[]; endAt: number }> {
  const { fixtures, seed } = wish;
  await using simulator = await createSimulator({
    listen: false,
    clock: 'manual',
    fixtures,
    seed,
    startAt,
    logLevel: 'silent',
  });
  const { accounts, app, clock } = simulator;
  const before = drawInteger(seed, 'rows-before', [1, MOST_ROWS_BEFORE]);
  await simulator.simulation.execute((world) => world.takeNumber('row', before));
  const urls = MODULES.map((module) => ({ module, url: `/_sim/receiver/${module}` }));
  try {
    await accounts.setUrls(app.businessId, urls);
    if (wish.outcome !== undefined) await simulator.rules.add({ outcome: wish.outcome });
    await (wish.direction === 'inbound' ? callIn(simulator, wish) : callOut(simulator, wish));
    await clock.advance({ until: 'idle' });
  } catch (error) {
    if (!(error instanceof SimulatorError)) throw error;
    throw new VerbFailure(`no such call can be made with these fixtures: ${error.message}`);
  }
  return { bodies: await collect(simulator), endAt: await lastHangup(simulator, startAt) };
}

async function callOut({ platform, app }: Simulator, wish: CallWish): Promise<void> {
  const { fixtures, numbers, name = '张先生' } = wish;
  const robot = chooseRobot(fixtures, app.businessId, wish);
  const { code, message } = await platform.call('task/callout', {
    robot_id: robot.robotId,
    line_num: chooseLine(fixtures, app.businessId).lineNum,
    call_column: robot.callColumn,
    call_list: numbers.map((number) => robot.callColumn.map((_, i) => (i === 0 ? number : name))),
  });
  if (code !== 0) throw new VerbFailure(`no such call can be made with these fixtures: ${code} ${message}`);
}

async function callIn(simulator: Simulator, wish: CallWish): Promise<void> {
  const { appId, businessId } = simulator.app;
  const { robotId } = chooseRobot(wish.fixtures, businessId, wish);
  const callRelationId = `crm-${drawInteger(wish.seed, 'relation', [1, MOST_ROWS_BEFORE])}`;
  await simulator.callIn({ robotId, appId, caller: wish.numbers[0] ?? '', callRelationId });
}

async function collect(simulator: Simulator): Promise<SampleBody[]> {
  const pushes = (await simulator.pushes()).toSorted((a, b) => a.dueAtMs - b.dueAtMs);
  const pulls = (await simulator.receiver.list()).filter(({ module }) => module.startsWith('get'));
  return [
    ...pulls.map(({ module, body }) => ({ module: module as Module, variant: module, callUuid: '', body })),
    ...pushes.map(({ module, variant, callUuid, body }) => ({
      module,
      variant,
      callUuid,
      body: JSON.stringify(body),
    })),
  ];
}

async function lastHangup(simulator: Simulator, fallback: number): Promise<number> {
  const calls = await simulator.calls();
  return Math.max(fallback, ...calls.map(({ hangupAtMs }) => hangupAtMs ?? fallback));
}
