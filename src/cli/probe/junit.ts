import { explain } from './report.ts';
import type { CaseReport, ProbeReport } from './run-probe.ts';

/** The report as CI servers read it: a suite for each receiver, a test for each case; times in seconds. */
export function writeJunit(reports: readonly ProbeReport[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="yeta-sim probe" ${countsOf(reports.flatMap(({ cases }) => cases))}>`,
    ...reports.flatMap(({ target, cases }) => [
      `  <testsuite name="${escapeXml(target)}" ${countsOf(cases)}>`,
      ...cases.flatMap((one) => writeTest(target, one)),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

function countsOf(cases: readonly CaseReport[]): string {
  const count = (result: CaseReport['result']) => cases.filter((one) => one.result === result).length;
  const slowest = cases.reduce((sum, { slowestMs }) => sum + (slowestMs ?? 0), 0);
  return `tests="${cases.length}" failures="${count('failed')}" errors="0" skipped="${count('skipped')}" time="${slowest / 1000}"`;
}

function writeTest(target: string, one: CaseReport): string[] {
  const { name, title, reason, delivered, pushes, medianMs, slowestMs, failures } = one;
  const time = (slowestMs ?? 0) / 1000;
  const open = `    <testcase classname="${escapeXml(target)}" name="${name}: ${escapeXml(title)}" time="${time}">`;
  const told = `${delivered} of ${pushes} delivered, median ${medianMs} ms, slowest ${slowestMs} ms`;
  const [first] = failures;
  return [
    open,
    ...(reason === null ? [] : [`      <skipped message="${escapeXml(reason)}"/>`]),
    ...(first === undefined
      ? []
      : [
          `      <failure message="${escapeXml(explain(first))}">${escapeXml(failures.map(explain).join('\n'))}</failure>`,
        ]),
    ...(pushes === 0 ? [] : [`      <system-out>${told}</system-out>`]),
    '    </testcase>',
  ];
}

/** Characters that XML cannot hold become U+FFFD. */
function escapeXml(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replace(/[&<>"\n]/g, (character) => `&#${character.charCodeAt(0)};`)
  );
}
