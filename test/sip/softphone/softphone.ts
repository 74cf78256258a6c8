import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFailed } from 'vitest';
import type { Call } from '../../../src/library/call.ts';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../../src/simulator.ts';
import { holdToContract } from '../../support/contract/hold.ts';
import { DEFAULT_FIXTURES } from '../../support/dialogue.ts';
import { loudness, sideOf, sine, toneShare, wavOf } from '../media/sound.ts';
import { MENU, stageOf } from '../robot.ts';

/** A number that rings account 1007, and the robot with the menu of keys. */
export const NUMBER = '19900007001';
export const ROBOT = '900';

/** What the softphone says, for so long at most. */
const CALLER_HERTZ = 1000;
const CALLER_MS = 30_000;

/** A simulator as users have it, on sockets of its own, whose callers have to register. */
export function openSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const account = { user: '1007', password: 'yeta-1007', appId: '20180739', numbers: [NUMBER] };
  const robots = stageOf(MENU).fixtures?.robots ?? [];
  return createSimulator({
    clock: 'manual',
    sipPort: 0,
    fixtures: { ...DEFAULT_FIXTURES, robots, sipAccounts: [account] },
    log: (message, error) => expect.fail(`${message}: ${String(error)}`),
    inspect: holdToContract,
    ...options,
  });
}

/** A program that is a phone: a process in a folder of its own, where `tone.wav` is what its user says. */
export class Softphone implements AsyncDisposable {
  readonly folder: string;
  #child: ChildProcess | null = null;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'yeta-sim-softphone-'));
    this.write('tone.wav', wavOf([sine(CALLER_HERTZ, CALLER_MS)], 8000));
  }

  write(name: string, content: string | Uint8Array): void {
    writeFileSync(join(this.folder, name), content);
  }

  run(program: string, args: readonly string[]): void {
    const env = { ...process.env, HOME: this.folder, LANG: 'C' };
    this.#child = spawn(program, args, { cwd: this.folder, env, stdio: ['pipe', 'pipe', 'pipe'] });
    const said: string[] = [];
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => said.push(text));
    }
    onTestFailed(() => console.error(`${program} said:\n${said.join('')}`));
  }

  /** Types a line. */
  type(line: string): void {
    this.#child?.stdin?.write(`${line}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#child;
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    rmSync(this.folder, { recursive: true });
  }
}

/** Programs of the system take their time to start and to answer where everything else runs as well. */
export const PATIENCE = { timeout: 60_000 };

/** How often is looked: each look is a request, and the audio runs in the same process. */
const LOOK_MS = 50;

/** How long a wait lasts at most: less than the test, whose end would not say what was seen. */
const WAIT_MS = 40_000;

async function until<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  for (const endsAt = performance.now() + WAIT_MS; ; await sleep(LOOK_MS)) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (performance.now() > endsAt) expect.fail(`waited in vain; last seen: ${JSON.stringify(seen)}`);
  }
}

/** Waits until account 1007 is registered. */
export async function registered(sim: Simulator): Promise<void> {
  await until(
    async () => (await sim.sip()).registrations,
    (registrations) => registrations.some(({ user }) => user === '1007'),
  );
}

/** Waits until the only call has come to a state. */
export async function comesTo(sim: Simulator, state: Call['state']): Promise<Call> {
  const [call] = await until(
    () => sim.calls(),
    ([one]) => one?.state === state,
  );
  if (call === undefined) throw new Error('there is no call');
  return call;
}

/** Whether the robot has said a node's text in the only call. */
async function hasSaid(sim: Simulator, nodeId: string): Promise<boolean> {
  const [call] = await sim.calls();
  return call?.timeline.some((one) => one.event === 'robot' && one.nodeId === nodeId) ?? false;
}

/** Presses a key at the menu, as a person does: again after a while where nothing came of it. */
export async function pressUntil(sim: Simulator, nodeId: string, press: () => void): Promise<void> {
  await until(
    () => hasSaid(sim, 'menu'),
    (isSaid) => isSaid,
  );
  let looks = 0;
  await until(
    async () => {
      const isSaid = await hasSaid(sim, nodeId);
      if (!isSaid && looks++ % (3000 / LOOK_MS) === 0) press();
      return isSaid;
    },
    (isSaid) => isSaid,
  );
}

/** The pushed recording is the file that is served, and has both voices, each on its side alone. */
export async function expectRecording(sim: Simulator, call: Call): Promise<void> {
  const wanted = { module: 'receiveVoice', state: 'delivered' } as const;
  const [{ body }] = await sim.waitFor('push', wanted, { advance: true });
  const { url, size, duration } = body;
  const file = Buffer.from(await (await sim.request(`/voice/${String(url)}`)).arrayBuffer());
  const talkMs = (call.hangupAtMs ?? 0) - (call.answerAtMs ?? 0);
  expect({ size, bytes: file.length }).toEqual({ size: file.length, bytes: 44 + 32 * talkMs });
  expect(duration).toBe(Math.floor(talkMs / 1000));
  const [robot, caller] = [sideOf(file, 'robot'), sideOf(file, 'caller')];
  expect(loudness(robot)).toBeGreaterThan(100);
  expect(toneShare(robot, CALLER_HERTZ)).toBeLessThan(0.05);
  expect(toneShare(caller, CALLER_HERTZ)).toBeGreaterThan(0.8);
}
