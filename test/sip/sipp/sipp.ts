import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SippOptions {
  readonly port: number;
  readonly scenario: string;
  readonly transport?: 'udp' | 'tcp';
  readonly calls?: number;
  /** Calls a second. */
  readonly rate?: number;
  /** Calls at once at most. */
  readonly limit?: number;
  readonly robot?: string;
  /** Percent of packets that sipp loses, both ways. */
  readonly loss?: number;
  readonly service?: string;
  readonly args?: readonly string[];
}

export interface SippRun {
  readonly code: number | null;
  /** Calls that went through the scenario, and those that did not. */
  readonly succeeded: number;
  readonly failed: number;
  readonly output: string;
}

/** Runs a scenario of sipp in a folder of its own. */
export async function runSipp(options: SippOptions): Promise<SippRun> {
  const {
    port,
    scenario,
    transport = 'udp',
    calls = 1,
    rate = 10,
    robot = '719',
    service = '69101408',
  } = options;
  const folder = mkdtempSync(join(tmpdir(), 'yeta-sim-sipp-'));
  writeFileSync(join(folder, 'scenario.xml'), scenario);
  const args = [
    `127.0.0.1:${port}`,
    ...['-sf', 'scenario.xml', '-i', '127.0.0.1', '-s', service, '-key', 'robot', robot],
    ...['-t', transport === 'tcp' ? 't1' : 'u1', '-m', String(calls), '-r', String(rate)],
    ...['-l', String(options.limit ?? 10_000), '-timeout', '60s', '-timeout_error', '-nostdin'],
    // Answers that are sent again may come between two steps; what a step waits for has to come all the same.
    ...['-default_behaviors', 'all,-abortunexp', '-recv_timeout', '20000'],
    ...['-trace_err', '-error_file', 'errors', '-trace_stat', '-stf', 'stat.csv', '-fd', '600'],
    ...(options.loss === undefined ? [] : ['-lost', String(options.loss)]),
    ...(options.args ?? []),
  ];
  const child = spawn('sipp', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (text) => (output += String(text)));
  child.stderr.on('data', (text) => (output += String(text)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const [names = '', ...rows] = readLines(join(folder, 'stat.csv'));
  const last = rows.at(-1)?.split(';') ?? [];
  const read = (name: string) => Number(last[names.split(';').indexOf(name)] ?? Number.NaN);
  const errors = readLines(join(folder, 'errors')).join('\n');
  rmSync(folder, { recursive: true });
  return {
    code,
    succeeded: read('SuccessfulCall(C)'),
    failed: read('FailedCall(C)'),
    output: code === 0 ? '' : output.slice(-3000) + errors,
  };
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}
