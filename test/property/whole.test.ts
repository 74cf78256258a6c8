import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unzip } from '../sim/push/unzip.ts';
import { FULL } from '../support/stage.ts';
import type { Actor } from './whole/actor.ts';
import { type Command, command } from './whole/command.ts';
import { ACTORS, openScene, reopenScene, type Scene } from './whole/scene.ts';

/** A command, and which of the simulators it is for. */
interface Turn {
  readonly on: number;
  readonly command: Command;
}

const turn = fc.record({ on: fc.nat(ACTORS - 1), command });
const seed = fc.nat(1000);
const which = { seed: Number(process.env.YETA_SIM_SEED ?? 20_261_120) };
/** Without a size, long ones would be rare. */
const LENGTH = { minLength: 5, maxLength: FULL ? 60 : 30, size: 'max' } as const;
const timeout = FULL ? 3_600_000 : 60_000;
const RUNS = FULL ? Number(process.env.YETA_SIM_RUNS ?? 1500) : 20;

async function play(on: Scene, turns: readonly Turn[]): Promise<void> {
  for (const one of turns) await on.actors[one.on]?.take(one.command);
}

/** Journals are not durable: what is forgotten of them cannot be compared. */
const durable = command.filter((one) => one.do !== 'forgetReceived');

/** A simulator that was started again looks at each line once more, which counts as an event. */
function withoutEvents(told: string): string {
  return told.replace(/"events":\d+/, '"events":0');
}

/** Every push that failed stands once in the files that are offered, and no other twice. */
async function compareFiles({ sim }: Scene, actor: Actor): Promise<void> {
  const paths = await actor.settle();
  const lines = new Map<string, number>();
  await using folder = await mkdtempDisposable(join(tmpdir(), 'yeta-sim-whole-'));
  const file = join(folder.path, 'file.zip');
  for (const path of paths) {
    await writeFile(file, await (await sim.request(`/push_download/${path}`)).bytes());
    for (const { text } of await unzip(file)) {
      for (const line of text.trim().split('\n')) {
        const { module, data } = JSON.parse(line);
        const key = JSON.stringify({ module, data });
        lines.set(key, (lines.get(key) ?? 0) + 1);
      }
    }
  }
  const failed = (await actor.failed()).map(({ module, body }) => JSON.stringify({ module, data: body }));
  const missing = failed.filter((key) => !lines.has(key));
  expect(missing).toEqual([]);
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
      { numRuns: RUNS, ...which },
    );
    const usual = ['create 0', 'callout 0', 'advance 0', 'fault 0', 'rule 0', 'urls 0', 'look 0'];
    expect(usual.filter((what) => !seen.has(what))).toEqual([]);
    if (process.env.YETA_SIM_SEEN) console.log([...seen].sort().join('\n'));
  });

  it('every invariant holds where many ask at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        seed,
        fc.array(fc.array(turn, { minLength: 2, maxLength: 8 }), { minLength: 2, maxLength: 6 }),
        async (seed, groups) => {
          await using scene = await openScene(seed, { isWatched: true, isRushed: true });
          for (const group of groups) {
            await Promise.all(group.map((one) => play(scene, [one])));
            expect(scene.actors.flatMap((actor) => actor.findBreaches())).toEqual([]);
          }
          for (const actor of scene.actors) await compareFiles(scene, actor);
          expect(scene.logged).toEqual([]);
        },
      ),
      { numRuns: RUNS, ...which },
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
          const on = (commands: readonly Command[]) => commands.map((one) => ({ on: 0, command: one }));
          await play(scene, on(before));
          await using folder = await mkdtempDisposable(join(tmpdir(), 'yeta-sim-again-'));
          await using again = await reopenScene(scene, seed, folder.path);
          const [actor, other] = [scene.actors[0], again.actors[0]];
          expect(other?.dump()).toBe(actor?.dump());
          const told = actor?.told.length;
          for (const each of [scene, again]) await play(each, on(after));
          expect(other?.told.map(withoutEvents)).toEqual(actor?.told.slice(told).map(withoutEvents));
          expect(other?.dump()).toBe(actor?.dump());
          expect([...scene.logged, ...again.logged]).toEqual([]);
        },
      ),
      { numRuns: RUNS, ...which },
    );
  });
});
