import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..');

/** Starts a program and waits for a line of its output. */
export async function startProgram(
  args: readonly string[],
  line: RegExp,
): Promise<{ child: ChildProcess; match: RegExpExecArray }> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: ROOT });
  let text = '';
  return new Promise((resolve, reject) => {
    // Read on to the end: a pipe that nobody reads would stop the program, and a closed one would end it.
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const match = line.exec(text);
      if (match !== null) resolve({ child, match });
    });
    child.on('exit', () => reject(new Error(`${args.join(' ')} ended without a line like ${line}: ${text}`)));
  });
}

export async function stopProgram(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
