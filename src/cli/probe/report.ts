import { plainText } from '../plain-text.ts';
import type { CaseReport, Failure, ProbeReport } from './run-probe.ts';

const TITLE_WIDTH = 66;
const WORDS = { passed: 'ok  ', failed: 'FAIL', skipped: '-   ' } as const;

/** A case of the report card, in a line, and why it failed in more. */
export function writeCase({
  title,
  result,
  reason,
  pushes,
  delivered,
  medianMs,
  slowestMs,
  failures,
}: CaseReport): string {
  const counts =
    reason ?? `${`${delivered} of ${pushes}`.padEnd(11)} median ${medianMs} ms, slowest ${slowestMs} ms`;
  const lines = [`  ${WORDS[result]}  ${title.padEnd(TITLE_WIDTH)} ${counts}`];
  return [...lines, ...failures.map((failure) => `          ${explain(failure)}`), ''].join('\n');
}

/** That the rest of a receiver's cases were not tried. */
export function writeGone(origin: string, untried: number): string {
  return `  nothing listens at ${origin}${untried === 0 ? '' : `: ${untried} more cases are not tried`}\n`;
}

/** What it comes to. @param seed makes the same pushes again */
export function writeSum(reports: readonly ProbeReport[], seed: number): string {
  const results = reports.flatMap(({ cases }) => cases.map(({ result }) => result));
  const count = (result: CaseReport['result']) => results.filter((one) => one === result).length;
  const skipped = count('skipped') === 0 ? '' : `, ${count('skipped')} skipped`;
  const counts = `${count('passed')} passed, ${count('failed')} failed${skipped}`;
  return `${counts}; the same once more: --seed ${seed}\n`;
}

/** Why pushes failed, in a line. */
export function explain({ module, error, answer, count }: Failure): string {
  const said = answer === null || answer === '' ? '' : `; it said: ${plainText(answer).replace(/\s+/g, ' ')}`;
  return `${module}${count === 1 ? '' : `, ${count} times`}: ${error}${said}`;
}
