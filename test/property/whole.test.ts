import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unzip } from '../sim/push/unzip.ts';
import { FULL } from '../support/stage.ts';
import type { Actor } from './whole/actor.ts';
import { type Command, command, rushedCommand } from './whole/command.ts';
import { ACTORS, openScene, reopenScene, type Scene } from './whole/scene.ts';

/** A command, and which of the simulators it is for. */
interface Turn {
  readonly on: number;
  readonly command: Command;
}

/** Mostly the first of them, so that much happens there; the others are neighbours. */
const on = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(ACTORS - 1) });
const turn = fc.record({ on, command });
const rushedTurn = fc.record({ on, command: rushedCommand });
const rush = fc.array(rushedTurn, { minLength: 2, maxLength: 8 });
const seed = fc.nat(1000);
const which = { seed: Number(process.env.YETA_SIM_SEED ?? 20_261_120) };
/** Without a size, long ones would be rare. */
const LENGTH = { minLength: 15, maxLength: FULL ? 60 : 40, size: 'max' } as const;
const timeout = FULL ? 3_600_000 : 60_000;
/** How many sequences are tried; `YETA_SIM_RUNS` says otherwise. */
function numRuns(inSuite: number): number {
  return Number(process.env.YETA_SIM_RUNS ?? (FULL ? 1000 : inSuite));
}

async function play(on: Scene, turns: readonly Turn[]): Promise<void> {
  for (const one of turns) await on.actors[one.on]?.take(one.command);
}

/** Journals are not durable: what is forgotten of them cannot be compared. */
const durable = command.filter((one) => one.do !== 'forgetReceived');

/** A simulator that was started again looks at each line once more: an event, though nothing comes of it. */
function withoutLooks(told: string): string {
  return told.replace(/"events":\d+/, '').replace(/the next event is due at \S+/, '');
}

/** The lines of the failure files that are offered are the pushes that failed, each once. */
async function compareFiles({ sim }: Scene, actor: Actor): Promise<void> {
  const paths = await actor.settle();
  await using folder = await mkdtempDisposable(join(tmpdir(), 'yeta-sim-whole-'));
  const file = join(folder.path, 'file.zip');
  const lines: string[] = [];
  for (const path of paths) {
    await writeFile(file, await (await sim.request(`/push_download/${path}`)).bytes());
    for (const { text } of await unzip(file)) lines.push(...text.trim().split('\n'));
  }
  const filed = lines
    .map((line) => JSON.parse(line))
    .map(({ module, data }) => JSON.stringify({ module, data }));
  const failed = (await actor.failed()).map(({ module, body }) => JSON.stringify({ module, data: body }));
  // One that was sent again by hand stands in the file of an earlier failure too.
  if (actor.isResent) expect(failed.filter((one) => !filed.includes(one))).toEqual([]);
  else expect(filed.sort()).toEqual(failed.sort());
}

describe(`after any sequence of requests to the platform and to /_sim (YETA_SIM_SEED=${which.seed})`, {
  timeout,
}, () => {
  it('every invariant holds, the interfaces agree, and each universe is what it would be alone, to the byte', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(seed, fc.array(turn, LENGTH), async (seed, turns) => {
        await using scene = await openScene(seed, { isWatched: true });
        await play(scene, turns);
        const played = scene.actors.map((actor) => ({ told: [...actor.told], dump: actor.dump() }));
        for (const actor of scene.actors) await compareFiles(scene, actor);
        expect(scene.logged).toEqual([]);
        for (const [index, expected] of played.entries()) {
          await using alone = await openScene(seed, { isWatched: false });
          await play(
            alone,
            turns.filter(({ on }) => on === index),
          );
          const actor = alone.actors[index];
          expect(actor?.told).toEqual(expected.told);
          expect(actor?.dump()).toBe(expected.dump);
        }
        for (const actor of scene.actors) for (const what of actor.seen) seen.add(what);
      }),
      { numRuns: numRuns(6), ...which },
    );
    // A few runs do not get everywhere.
    const often = ['create 0', 'callout 0', 'advance 0', 'fault 0'];
    const seldom = [
      'start 0',
      'pause 0',
      'delete 0',
      'resend 0',
      'say 0',
      'hangUp 0',
      'look 0',
      'endAndMake 0',
    ];
    expect([...often, ...(FULL ? seldom : [])].filter((what) => !seen.has(what))).toEqual([]);
  });

  it('every invariant holds where many ask at once, whatever the clock', async () => {
    await fc.assert(
      fc.asyncProperty(seed, fc.array(rush, { minLength: 2, maxLength: 6 }), async (seed, groups) => {
        await using scene = await openScene(seed, { isWatched: true, isRushed: true });
        for (const group of groups) {
          await Promise.all(group.map((one) => play(scene, [one])));
          for (const actor of scene.actors) await actor.stand();
          expect(scene.actors.flatMap((actor) => actor.findBreaches())).toEqual([]);
        }
        for (const actor of scene.actors) await compareFiles(scene, actor);
        expect(scene.logged).toEqual([]);
      }),
      { numRuns: numRuns(20), ...which },
    );
  });

  it('it closes in the middle of everything and leaves nothing open', async () => {
    await fc.assert(
      fc.asyncProperty(seed, fc.array(rushedTurn, LENGTH), rush, async (seed, turns, group) => {
        const scene = await openScene(seed, { isWatched: false });
        await play(scene, turns);
        const asked = Promise.allSettled(group.map((one) => play(scene, [one])));
        // A leak is thrown; a question that nobody answers any more would be waited for in vain.
        await scene.sim.close(0);
        await asked;
        expect(scene.logged).toEqual([]);
      }),
      { numRuns: numRuns(20), ...which },
    );
  });

  it('a restart changes nothing that stands or is to come', async () => {
    await fc.assert(
      fc.asyncProperty(
        seed,
        fc.array(durable, LENGTH),
        fc.array(durable, { minLength: 2, maxLength: 10 }),
        async (seed, before, after) => {
          await using scene = await openScene(seed, { isWatched: false });
          const asTurns = (commands: readonly Command[]) => commands.map((one) => ({ on: 0, command: one }));
          await play(scene, asTurns(before));
          await using folder = await mkdtempDisposable(join(tmpdir(), 'yeta-sim-again-'));
          await using again = await reopenScene(scene, seed, folder.path);
          const [actor, other] = [scene.actors[0], again.actors[0]];
          expect(other?.dump()).toBe(actor?.dump());
          const told = actor?.told.length;
          for (const each of [scene, again]) await play(each, asTurns(after));
          expect(other?.told.map(withoutLooks)).toEqual(actor?.told.slice(told).map(withoutLooks));
          expect(other?.dump()).toBe(actor?.dump());
          expect([...scene.logged, ...again.logged]).toEqual([]);
        },
      ),
      { numRuns: numRuns(8), ...which },
    );
  });
});
