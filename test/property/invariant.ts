import { isAnswered } from '../../src/sim/call/result.ts';
import type { Fact } from '../../src/sim/fact.ts';
import type { Json } from '../support/simulator.ts';
import { DAY, HOUR } from '../support/stage.ts';

/** Moves that the table of spec 2.1 has, as `from→to`. */
const LEGAL_MOVES: ReadonlySet<string> = new Set([
  ...['0→1', '0→2', '0→6'],
  ...['1→2', '1→3', '1→6', '1→7'],
  ...['2→3', '2→4', '2→5', '2→6', '2→7'],
  ...['3→1', '3→2', '3→6', '3→7'],
  ...['5→2', '5→3', '5→6', '5→7'],
  ...['6→2', '6→3', '6→6', '6→7'],
]);

const VARIANTS_OF: Readonly<Record<string, readonly string[]>> = {
  answered: ['basic', 'outbound', 'dialog', 'voice'],
  'answered turbo': ['basic', 'outbound', 'dialog'],
  unanswered: ['basic', 'outbound'],
  'unanswered turbo': ['basic', 'outbound'],
  'inbound answered': ['inbound', 'dialog', 'voice'],
  'inbound unanswered': ['inbound'],
};

/** Days for which a failure file is kept, its own among them. */
const FILED_DAYS = 8;

/** A row of any table. */
type Row = Json;
type Tables = Readonly<Record<string, readonly Row[]>>;
/** Notes a breach unless it holds. */
type Check = (holds: boolean, text: string) => void;

/** A state, and what is known of how it came about. */
export interface State {
  /** As `Stage.dump` gives it. */
  readonly dump: string;
  readonly now: number;
  readonly lines: readonly { readonly lineNum: string; readonly concurrents: number }[];
  /** Settled pushes were owed again by hand. */
  readonly isResent?: boolean;
}

/** What must hold whenever anybody may look; a line for each breach. */
export function findBreaches({ dump, now, lines, isResent = false }: State): string[] {
  const breaches: string[] = [];
  const check: Check = (holds, text) => {
    if (!holds) breaches.push(text);
  };
  const tables = JSON.parse(dump) as Tables;
  checkTasks(tables, check);
  checkRows(tables, check);
  checkLines(tables, lines, check);
  checkCalls(tables, now, check);
  checkPushes(tables, { now, isResent }, check);
  return breaches;
}

/** Moves of tasks that no table has, a line each. */
export function findIllegalMoves(facts: readonly Fact[]): string[] {
  return facts
    .filter((fact) => fact.event === 'task.status')
    .map(({ data }) => `${data.from}→${data.to}`)
    .filter((move) => !LEGAL_MOVES.has(move))
    .map((move) => `task moved ${move}`);
}

function checkTasks(tables: Tables, check: Check): void {
  const { call = [], task = [], submission = [], row_result = [] } = tables;
  const callsOf = Map.groupBy(call, ({ task_id }) => task_id);
  const submittedOf = Map.groupBy(submission, ({ task_id }) => task_id);
  const resultsOf = Map.groupBy(row_result, ({ task_id }) => task_id);
  for (const one of task) {
    const calls = callsOf.get(one.id) ?? [];
    const results = resultsOf.get(one.id) ?? [];
    const counts = {
      row_count: (submittedOf.get(one.id) ?? []).reduce((sum, { count }) => sum + (count ?? 0), 0),
      dial_count: calls.length,
      called_count: new Set(calls.map(({ row_index }) => row_index)).size,
      // Rows that were answered, and those that are talked to.
      answered_count:
        results.filter(({ answered }) => answered === 1).length +
        calls.filter(({ state }) => state === 2).length,
      live_count: calls.filter(({ state }) => (state ?? 0) < 3).length,
    };
    for (const [name, count] of Object.entries(counts))
      check(one[name] === count, `task ${one.id}: ${name} is ${one[name]}, there are ${count}`);
    check((one.recalled ?? 0) <= (one.recall_count ?? 0), `task ${one.id}: ${one.recalled} recall rounds`);
    if (one.status === 4) {
      check(counts.live_count === 0, `task ${one.id} is completed with calls under way`);
      check(counts.called_count === counts.row_count, `task ${one.id} is completed with rows left`);
      const isOver = counts.answered_count === counts.row_count || one.recalled === one.recall_count;
      check(isOver, `task ${one.id} is completed with recall rounds left`);
    }
    check(
      (one.finished_at ?? 0) > 0 === (one.status === 4),
      `task ${one.id}: finished_at ${one.finished_at}`,
    );
    check(one.deleted === 0 || counts.live_count === 0, `task ${one.id} is deleted with calls under way`);
    const asked = new Set(calls.map(({ row_index, tries }) => `${row_index} ${tries}`));
    check(asked.size === calls.length, `task ${one.id}: a row is called twice in a round`);
  }
}

function checkRows({ call = [], row_result = [] }: Tables, check: Check): void {
  const callsOf = Map.groupBy(call, ({ task_id, row_index }) => `${task_id} ${row_index}`);
  for (const [row, calls] of callsOf) {
    const isOutbound = calls[0]?.task_id !== null;
    const live = calls.filter(({ state }) => state !== 3).length;
    check(!isOutbound || live <= 1, `row ${row} is called ${live} times at once`);
  }
  for (const result of row_result) {
    const name = `row ${result.task_id} ${result.row_index}`;
    const own = callsOf.get(`${result.task_id} ${result.row_index}`) ?? [];
    const last = own.filter(({ state }) => state === 3).at(-1);
    check(last?.id === result.call_id && last?.result === result.result, `${name}: not its last call`);
    const isCounted = own.length === result.tries || own.length === (result.tries ?? 0) + 1;
    check(isCounted, `${name}: ${result.tries} tries, ${own.length} calls`);
    const answered = own.find((one) => one.state === 3 && isAnswered(Number(one.result)));
    check((answered !== undefined) === (result.answered === 1), `${name}: answered ${result.answered}`);
    check(answered === undefined || answered.id === own.at(-1)?.id, `${name}: called though answered`);
  }
}

function checkLines({ call = [] }: Tables, lines: State['lines'], check: Check): void {
  for (const { lineNum, concurrents } of lines) {
    const own = call.filter(({ line_num }) => line_num === lineNum);
    const end = (one: Row) => (one.state === 3 ? (one.hangup_at ?? 0) : Number.POSITIVE_INFINITY);
    const most = Math.max(
      0,
      ...own.map(
        ({ dial_at = 0 }) => own.filter((one) => (one.dial_at ?? 0) <= dial_at && dial_at < end(one)).length,
      ),
    );
    check(most <= concurrents, `line ${lineNum} carried ${most} calls`);
  }
}

function checkCalls({ call = [], outbox = [] }: Tables, now: number, check: Check): void {
  const pushes = outbox.filter(({ kind }) => kind === 'push');
  const owed = Map.groupBy(pushes, ({ call_id }) => call_id);
  for (const one of call) {
    const variants = new Set((owed.get(one.id) ?? []).map(({ variant }) => variant));
    if (one.state !== 3) {
      check(variants.size === 0, `call ${one.id} owes pushes before its end`);
      continue;
    }
    const talked = one.answer_at === null ? 'unanswered' : 'answered';
    const kind = one.direction === 1 ? `inbound ${talked}` : `${talked}${one.turbo === 1 ? ' turbo' : ''}`;
    const expected = VARIANTS_OF[kind] ?? [];
    check(
      [...variants].sort().join() === expected.toSorted().join(),
      `call ${one.id} (${kind}) owes ${[...variants].join()}`,
    );
    check(
      isAnswered(Number(one.result)) === (one.answer_at !== null) || one.direction === 1,
      `call ${one.id}: answered at ${one.answer_at} with result ${one.result}`,
    );
    const order = [
      one.dial_at,
      one.ring_at ?? one.dial_at,
      one.answer_at ?? one.ring_at ?? one.dial_at,
      one.hangup_at,
    ];
    check(
      order.every((instant, i) => i === 0 || (order[i - 1] ?? 0) <= (instant ?? 0)),
      `call ${one.id}: ${order}`,
    );
    check((one.hangup_at ?? 0) <= now, `call ${one.id} ended in the future`);
  }
}

/** Each is delivered, owed with an instant to come, or failed and filed when its day is over. */
function checkPushes(
  { outbox = [], attempt = [], push_file = [] }: Tables,
  { now, isResent }: { readonly now: number; readonly isResent: boolean },
  check: Check,
): void {
  const attemptsOf = Map.groupBy(attempt, ({ outbox_id }) => outbox_id);
  const midnight = now - ((now + 8 * HOUR) % DAY);
  const files = new Set(push_file.map(({ id }) => id));
  for (const push of outbox) {
    const attempts = attemptsOf.get(push.id) ?? [];
    const tries = push.tries ?? 0;
    const name = `${push.kind} ${push.id}`;
    check(
      isResent ? attempts.length >= tries : attempts.length === tries,
      `${name}: ${tries} tries, ${attempts.length} attempts`,
    );
    const last = attempts.at(-1);
    if (push.kind !== 'push') continue;
    switch (push.state) {
      case 0:
        check(tries < 4, `${name} is owed after ${tries} tries`);
        check((push.due_at ?? 0) >= now, `${name} was due at ${push.due_at}, now it is ${now}`);
        break;
      case 1:
        check(last !== undefined && last.error === null, `${name} is delivered by ${last?.error}`);
        break;
      case 2: {
        check(tries === 4 && last?.error !== null, `${name} failed after ${tries}`);
        const isDayOver = push.failed_at < midnight && push.failed_at >= midnight - (FILED_DAYS - 1) * DAY;
        check(!isDayOver || files.has(push.file_id), `${name} is not filed`);
        break;
      }
      default:
        check(tries === 0, `${name} without a url was tried`);
    }
  }
  for (const file of push_file) {
    const lines = outbox.filter(({ file_id }) => file_id === file.id).length;
    // A push that is owed again leaves the list of the file that it stands in.
    const isWhole = isResent ? file.lines >= lines : file.lines === lines;
    check(file.ready === 1 && isWhole, `file ${file.path}: ready ${file.ready}, ${file.lines} of ${lines}`);
  }
}
