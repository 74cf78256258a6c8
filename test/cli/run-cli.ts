import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { join } from 'node:path';
import { vi } from 'vitest';
import { main } from '../../src/cli/main.ts';

const BIN = join(import.meta.dirname, '..', '..', 'bin', 'yeta-sim.mjs');

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts what is built of the command line in a process of its own, without this process's `YETA_SIM_*` variables. */
export function startCli(
  args: readonly string[],
  { cwd, env }: CliOptions = {},
  stdio: SpawnOptions['stdio'] = ['ignore', 'pipe', 'pipe'],
): ChildProcess {
  const own = Object.entries(process.env).filter(([name]) => !/^(YETA_SIM_|PORT$)/.test(name));
  return spawn(process.execPath, [BIN, ...args], {
    cwd,
    env: { ...Object.fromEntries(own), NO_COLOR: '1', YETA_SIM_DIST: '1', ...env },
    stdio,
  });
}

/** The call of `callCli` that was asked for last: one at a time, for what they write goes the same way. */
let lastCall: Promise<unknown> = Promise.resolve();

/**
 * Calls the command line in this process, for what a process of its own would show no better, and fifty times as dear.
 * Not for verbs that wait for a signal or end the process. `exit-code.test.ts` has a process of its own for every end of every verb.
 * @returns the code that the process would end with, and what was written
 */
export function callCli(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const call = lastCall.then(() => callNow(args, options));
  lastCall = call.catch(() => {});
  return call;
}

async function callNow(args: readonly string[], { cwd, env }: CliOptions): Promise<CliRun> {
  const before = { cwd: process.cwd(), exitCode: process.exitCode };
  const listeners = process.stdout.listeners('error');
  for (const [name, text] of Object.entries({ NO_COLOR: '1', ...env })) vi.stubEnv(name, text);
  if (cwd !== undefined) process.chdir(cwd);
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += String(text);
      return true;
    }),
  );
  try {
    await main(args);
    return { code: Number(process.exitCode ?? 0), ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
    process.chdir(before.cwd);
    process.exitCode = before.exitCode;
    for (const added of process.stdout.listeners('error').slice(listeners.length))
      process.stdout.off('error', added as () => void);
  }
}

/** Runs it to its end. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const { signal: _, ...run } = await endOf(startCli(args, options));
  return run;
}

/** What it writes, and how it ends. */
export function endOf(child: ChildProcess): Promise<CliRun & { readonly signal: NodeJS.Signals | null }> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, stdout, stderr, signal }));
  });
}
