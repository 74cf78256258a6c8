import { describeResult } from '../../../sim/call/result.ts';
import { RESULT_MEANING } from '../../result-meaning.ts';
import type { Told } from '../demo-receiver.ts';
import { type DialogTurn, hitOf, wordsOf } from '../dialog-turn.ts';
import { padEnd, wrap } from '../screen/width.ts';
import type { Report, TaskReport } from './report.ts';

const NAME = 18;
const TAGS = ['A', 'B', 'C', 'D', 'E', 'F', 'none'];
const BAR = 30;
const TEXT_WIDTH = 64;

/** The report in words and tables, for somebody who sees it for the first time. */
export function writeSummary(report: Report, told: readonly Told[]): string {
  return [
    '',
    `THE DAY ${report.day}, seed ${report.seed}`,
    '',
    ...writeTasks(report),
    '',
    `WHAT BECAME OF THE ${report.total.calls} CALLS (task_result)`,
    '',
    ...writeResults(report),
    '',
    'INTENTIONS REACHED IN THE DIALOGUES (tag_max: A best, F worst)',
    '',
    ...writeIntentions(report.tasks),
    '',
    'ONE OF THE DIALOGUES, as it was pushed',
    '',
    ...writeDialogue(told),
    '',
    'DO BOTH SIDES COUNT THE SAME?          simulator   receivers',
    '',
    ...report.checks.map(
      ({ what, simulator, receivers, agrees }) =>
        `  ${what.padEnd(36)} ${String(simulator).padStart(9)}   ${String(receivers).padStart(9)}   ${agrees ? 'yes' : 'NO'}`,
    ),
    '',
    ...writePushes(report),
    '',
  ].join('\n');
}

function writeTasks({ tasks, total }: Report): string[] {
  const row = (name: string, { numbers, calls, answered, talkSeconds }: Report['total'], about: string) =>
    [
      `  ${padEnd(name, NAME)}${String(numbers).padStart(7)}${String(calls).padStart(7)}`,
      `${String(answered).padStart(7)} ${share(answered, numbers).padStart(5)}${duration(talkSeconds).padStart(13)}   ${about}`,
    ].join('');
  return [
    `  ${padEnd('', NAME)}numbers  calls     answered         talk`,
    ...tasks.map((task) => row(task.name, task, task.about)),
    row('all', total, ''),
  ].map((line) => line.trimEnd());
}

function writeResults({ results }: Report): string[] {
  const most = Math.max(...results.map(({ calls }) => calls));
  return results.map(({ result, calls }) => {
    const name = padEnd(`${result} ${describeResult(Number(result))}`, 24);
    const bar = '█'.repeat(Math.max(1, Math.round((calls / most) * BAR)));
    return `  ${name}${padEnd(RESULT_MEANING[result] ?? '', 24)}${String(calls).padStart(5)}  ${bar}`;
  });
}

function writeIntentions(tasks: readonly TaskReport[]): string[] {
  return [
    `  ${padEnd('', NAME)}${TAGS.map((tag) => tag.padStart(6)).join('')}`,
    ...tasks.map(({ name, intentions }) => {
      const counts = TAGS.map((tag) => String(intentions[tag] ?? '·').padStart(6));
      return `  ${padEnd(name, NAME)}${counts.join('')}`;
    }),
  ];
}

/** A dialogue of middling length that came to something. */
function writeDialogue(told: readonly Told[]): string[] {
  const dialogs = told
    .filter(({ module }) => module === 'receiveDialog')
    .map(({ body }) => body as { call_uuid: string; tag_max?: string; dialog: readonly DialogTurn[] })
    // Pushes of one instant come in any order.
    .sort((a, b) => (a.call_uuid < b.call_uuid ? -1 : 1));
  const isGood = ({ tag_max, dialog }: (typeof dialogs)[number]) =>
    tag_max !== undefined && tag_max <= 'C' && dialog.length >= 6 && dialog.length <= 10;
  const chosen = dialogs.find(isGood) ?? dialogs[0];
  if (chosen === undefined) return ['  nobody answered'];
  return chosen.dialog.flatMap((turn) => {
    const hit = hitOf(turn);
    const lines = wrap(wordsOf(turn) + (hit === undefined ? '' : `   [${hit}]`), TEXT_WIDTH);
    return lines.map((line, i) => `  ${(i === 0 ? turn.role : '').padEnd(10)}${line}`);
  });
}

function writePushes({ pushes, failureFile, addsUp }: Report): string[] {
  const { deliveredAtOnce, deliveredAfterRetry, givenUp } = pushes;
  const modules = Object.entries(failureFile.byModule).map(([module, count]) => `${module} ${count}`);
  return [
    addsUp
      ? '  Everything adds up.'
      : '  IT DOES NOT ADD UP: this is a bug of the simulator; please report it with the seed.',
    `  ${deliveredAtOnce} pushes arrived at the first attempt, ${deliveredAfterRetry} on one of three retries.`,
    `  ${givenUp} never did, because a receiver was down for longer than that. They stand in the failure file,`,
    '  fetched the next morning by download/v1/push/failed and read line by line:',
    ...failureFile.paths.map((path) => `    ${path}   ${modules.join(', ')}`),
  ];
}

function share(part: number, whole: number): string {
  return whole === 0 ? '' : `${Math.round((part / whole) * 100)} %`;
}

function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  return minutes < 60
    ? `${minutes} min`
    : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
