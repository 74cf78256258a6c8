import type { FindingCount } from '../../server/platform/finding/tally.ts';

/** What `exec` says beside the command; all of it on stderr, as stdout is the command's. */
export type Told =
  | { readonly event: 'ready'; readonly url: string }
  | { readonly event: 'not-run'; readonly command: string; readonly code: string }
  | { readonly event: 'left-behind' }
  | { readonly event: 'not-closed'; readonly why: string }
  | { readonly event: 'findings'; readonly strict: boolean; readonly findings: readonly FindingCount[] }
  | { readonly event: 'end'; readonly exitCode: number; readonly signal: NodeJS.Signals | null };

export function tellJson(told: Told): void {
  process.stderr.write(`${JSON.stringify(told)}\n`);
}

export function tellWords(told: Told): void {
  const lines = write(told);
  if (lines.length > 0) process.stderr.write(`${lines.join('\n')}\n`);
}

function write(told: Told): string[] {
  switch (told.event) {
    case 'ready':
      return [`yeta-sim ready on ${told.url}`];
    case 'not-run':
      return [`yeta-sim exec: ${told.command}: ${explainNotRun(told.code)}`];
    case 'left-behind':
      return ['yeta-sim exec: the command had left processes running in its group; they were ended'];
    case 'not-closed':
      return [`yeta-sim exec: a bug of the simulator, not of your command: ${told.why}`];
    case 'findings':
      return told.strict ? writeFindings(told.findings) : [hint(told.findings)];
    case 'end':
      return [];
  }
}

function explainNotRun(code: string): string {
  if (code === 'ENOENT') return 'command not found';
  return code === 'EACCES' ? 'permission denied: it is no file that can be executed' : `cannot run (${code})`;
}

function writeFindings(findings: readonly FindingCount[]): string[] {
  return [
    `yeta-sim exec --strict: ${howMany(findings)} that would hurt in production:`,
    ...findings.flatMap(({ code, count, operations, why, last }) => [
      `  ${code}, ${count === 1 ? 'once' : `${count} times`}, in ${operations.join(', ')}: ${last.message}`,
      `    ${why}`,
    ]),
  ];
}

function hint(findings: readonly FindingCount[]): string {
  const codes = findings.map(({ code }) => code).join(', ');
  return `yeta-sim exec: ${howMany(findings)} (${codes}); --strict shows them, and fails`;
}

function howMany(findings: readonly FindingCount[]): string {
  const count = findings.reduce((sum, finding) => sum + finding.count, 0);
  return count === 1 ? '1 finding' : `${count} findings`;
}
