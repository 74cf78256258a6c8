import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { join } from 'node:path';

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
