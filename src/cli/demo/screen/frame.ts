import { formatInstant } from '../../../sim/time/calendar.ts';
import type { DemoReceiver, Taken } from '../demo-receiver.ts';
import { type DialogTurn, hitOf, wordsOf } from '../dialog-turn.ts';
import { type Snapshot, STATUS, shareCalled, type TaskProgress } from '../snapshot.ts';
import { padEnd } from './width.ts';

const BAR = 24;
const HEARD = 3;

/** What a terminal shows of the day at one instant, line by line. */
export function drawFrame(snapshot: Snapshot, receivers: readonly DemoReceiver[]): string[] {
  const rows = snapshot.tasks.map((progress) => {
    const { task, queried } = progress;
    const done = Math.round(shareCalled(progress) * BAR);
    const called = `${queried.process_tel_count}/${queried.count_total_task}`;
    return [
      `  ${padEnd(task.name, 16)}${padEnd(describe(progress), 18)}`,
      `${'█'.repeat(done)}${'·'.repeat(BAR - done)}  `,
      `${called.padStart(9)} called  ${String(queried.process_through_count).padStart(4)} answered`,
    ].join('');
  });
  const heard = receivers
    .flatMap(({ taken }) => taken.slice(-20))
    .sort((a, b) => a.arrivedAt - b.arrivedAt)
    .flatMap(quote)
    .slice(-HEARD);
  const down = receivers.some(({ isDown }) => isDown) ? '   ONE RECEIVER IS DOWN' : '';
  return [
    '',
    `  ${timeOf(snapshot.now)}${down}`,
    '',
    ...rows,
    '',
    `  ${summarize(snapshot, receivers)}`,
    '',
    ...heard.map((text) => `  ${text}`),
    ...Array.from({ length: HEARD - heard.length }, () => ''),
  ];
}

/** How far everything is, in one line. */
export function summarize({ liveCalls, owed, tasks }: Snapshot, receivers: readonly DemoReceiver[]): string {
  const sum = (count: (receiver: DemoReceiver) => number) =>
    receivers.reduce((total, receiver) => total + count(receiver), 0);
  const called = tasks.reduce((total, { queried }) => total + queried.process_tel_count, 0);
  const answered = tasks.reduce((total, { queried }) => total + queried.process_through_count, 0);
  const pushes = `pushes: ${sum(({ taken }) => taken.length)} taken, ${sum(({ refused }) => refused)} refused, ${owed} to come`;
  return `${called} called, ${answered} answered, ${liveCalls} on the line · ${pushes}`;
}

function describe({ task, queried }: TaskProgress): string {
  if (task.key === 'pool') return 'always open';
  switch (queried.status) {
    case STATUS.running:
      return queried.count_recalled === 1 ? 'recall round' : 'running';
    case STATUS.paused:
      return 'paused';
    case STATUS.waiting:
      return 'waits for recall';
    case STATUS.outsideHours:
      return 'outside hours';
    case STATUS.completed:
      return 'completed';
    default:
      return '';
  }
}

/** What a customer said last in a dialogue that was pushed, and what was understood. */
function quote({ module, body }: Taken): string[] {
  if (module !== 'receiveDialog') return [];
  const turns = body.dialog as readonly DialogTurn[];
  const last = turns.findLast((turn) => turn.text_man !== '' && hitOf(turn) !== undefined);
  const intention = body.tag_max === undefined ? '' : `, intention ${body.tag_max}`;
  return last === undefined ? [] : [`a customer: ${wordsOf(last)}   [${hitOf(last)}]${intention}`];
}

/** `HH:mm:ss` in Asia/Shanghai. */
export function timeOf(at: number): string {
  return formatInstant(at).slice(11, 19);
}
