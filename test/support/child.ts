import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Database } from '../../src/sim/store/database.ts';
import { dumpTables } from '../../src/sim/store/dump.ts';
import { dumpWithoutWall } from './stage.ts';

const BIN = resolve(import.meta.dirname, '../../bin/yeta-sim.mjs');

export interface ChildOptions {
  readonly dataDir: string;
  readonly clock: string;
  readonly pushUrl: string;
  readonly seed?: number;
  /** `before-commit:3`: the process kills itself where it gets there for the third time. */
  readonly failPoint?: string;
  /** Phones are served, on a free port; default: not. */
  readonly sip?: boolean;
  /** Everything else, as it stands in a config file. */
  readonly config?: string;
}

/** The process was gone before it answered. */
export class ChildGone extends Error {}

/** A simulator in a process of its own, started as a user does. */
export class Child implements AsyncDisposable {
  readonly url: string;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.url = url;
    this.exited = exitOf(process);
  }

  /** @throws ChildGone if it dies before it is ready */
  static async start(options: ChildOptions): Promise<Child> {
    const { dataDir, clock, pushUrl, seed = 1, failPoint, sip = false, config } = options;
    const args = ['start', '--port', '0', '--sip-port', sip ? '0' : 'off', '--data-dir', dataDir];
    args.push('--clock', clock, '--push-url', pushUrl);
    if (config !== undefined) args.push('--config', config);
    const child = spawn(process.execPath, [BIN, ...args, '--seed', String(seed)], {
      env: { ...process.env, ...(failPoint === undefined ? {} : { YETA_SIM_FAILPOINT: failPoint }) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (text) => {
      errors += String(text);
    });
    const exited = exitOf(child);
    for await (const line of createInterface(child.stdout)) {
      const url = /^yeta-sim ready on (http:\S+)$/.exec(line)?.[1];
      // What else it prints is not waited for.
      if (url !== undefined) return new Child(child, url);
    }
    const { code, signal } = await exited;
    if (signal === 'SIGKILL') throw new ChildGone('killed before it was ready');
    throw new Error(`the simulator did not start (${code ?? signal}): ${errors}`);
  }

  /** The JSON answer of a path. @throws ChildGone if the process dies meanwhile */
  async post(path: string, body: object = {}): Promise<{ status: number; text: string }> {
    try {
      const response = await fetch(this.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      throw new ChildGone('the process is gone', { cause: error });
    }
  }

  /** @throws ChildGone if the process is gone */
  async get<T>(path: string): Promise<T> {
    try {
      return (await (await fetch(this.url + path)).json()) as T;
    } catch (error) {
      throw new ChildGone('the process is gone', { cause: error });
    }
  }

  /** @throws ChildGone if the process dies meanwhile */
  async advance(request: { to: number } | { until: 'idle' }): Promise<void> {
    const { status, text } = await this.post('/_sim/clock/advance', request);
    if (status !== 200) throw new Error(`advance answered ${status}: ${text}`);
  }

  /** The simulator's time. @throws ChildGone if the process dies meanwhile */
  async now(): Promise<number> {
    return (await this.get<{ nowMs: number }>('/_sim/clock')).nowMs;
  }

  /** Ends it as the kernel would: at once, with nothing said. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.exited;
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}

async function exitOf(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return { code: child.exitCode, signal: child.signalCode };
}

/** What a folder holds that nobody has open: all tables without the wall's part, and the bytes of its failure files. */
export function readState(dataDir: string): { dump: string; files: Map<string, string> } {
  const database = new Database(join(dataDir, 'state.sqlite'));
  try {
    return { dump: dumpWithoutWall(dumpTables(database)), files: readFiles(dataDir) };
  } finally {
    database.close();
  }
}

/** Everything below the folder of failure files, temporary ones too; bytes as base64. */
function readFiles(dataDir: string): Map<string, string> {
  const folder = join(dataDir, 'push');
  const paths = globSync('**', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return new Map(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'base64')]));
}
