import { isAbsolute, join } from 'node:path';
import type { Call } from '../../sim/call/call.ts';
import { dialogueOf } from '../../sim/call/dialogue-of.ts';
import { hearPhone, pullForPhone } from '../../sim/call/phone.ts';
import type { ScriptNode } from '../../sim/dialog/script.ts';
import type { Simulation } from '../../sim/simulation.ts';
import type { World } from '../../sim/world.ts';
import type { Scene, Script } from './conversation.ts';
import type { ExpectedKeys } from './listening.ts';

export interface ScriptOptions {
  readonly simulation: Simulation;
  readonly callId: number;
  /** From where the WAV files of prompts are looked for. */
  readonly promptFolder: string;
}

/** The call that was spoken in is not there any more: somebody reset the simulation, or its start was lost. */
export class CallGone extends Error {
  override readonly name = 'CallGone';
}

/** The simulation as one conversation sees it. @throws CallGone, Refusal busy */
export function createScript({ simulation, callId, promptFolder }: ScriptOptions): Script {
  const change = (command: (world: World, call: Call) => void) =>
    simulation.execute((world) => {
      // Thrown inside, it would look like a bug to the engine.
      const call = world.phoneCalls.get(callId);
      if (call !== undefined) command(world, call);
    });
  return {
    async read() {
      const scene = await simulation.read((world) => {
        const call = world.phoneCalls.get(callId);
        return call === undefined ? null : readScene(world, call, promptFolder);
      });
      if (scene === null) throw new CallGone('the call is gone');
      return scene;
    },
    hear: (heard) => change((world, call) => hearPhone(world, call, heard)),
    notePlayed: (seq, endMs) =>
      change((world, call) => {
        call.outside.push({ kind: 'played', seq, endMs });
        world.touchCall(call);
      }),
    pull: () => change(pullForPhone),
  };
}

function readScene(world: World, call: Call, promptFolder: string): Scene {
  const dialogue = dialogueOf(world, call);
  const { nodes } = world.accounts.robotAt(call.revision).script;
  const { stop } = dialogue;
  const asking = stop.kind === 'caller' ? nodes.find(({ id }) => id === stop.nodeId) : undefined;
  const prompts = nodes.flatMap(({ id, prompt }) =>
    prompt === undefined ? [] : [[id, isAbsolute(prompt) ? prompt : join(promptFolder, prompt)] as const],
  );
  return { dialogue, prompts: new Map(prompts), keys: asking === undefined ? null : keysOf(asking) };
}

/** Null where words are asked for. */
function keysOf({ type, hits }: ScriptNode): ExpectedKeys | null {
  if (type !== 'ConditionNode' && type !== 'KeyNavigationNode') return null;
  return {
    exact: hits.flatMap(({ keys }) => keys ?? []),
    any: hits.some(({ keys, human }) => keys === undefined && human !== true),
  };
}
