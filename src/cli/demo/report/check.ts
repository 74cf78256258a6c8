import { bodiesOf, countAnswered, countModule, type Facts, sum, talkSeconds } from './facts.ts';

/** One thing that was counted on both sides. */
export interface Check {
  readonly what: string;
  readonly simulator: number;
  /** By the receivers, together with the failure file where pushes were given up. */
  readonly receivers: number;
  readonly agrees: boolean;
}

/** Modules of pushes, and what they bring. */
export const PUSHED = {
  receiveCallRecord: 'call records',
  receiveDialog: 'dialogues',
  receiveVoice: 'recordings',
} as const;

/** Counts on both sides what both sides know. */
export function compareSides(facts: Facts): Check[] {
  const { simulator, receivers, failures } = facts;
  const delivered = simulator.pushes.filter(({ state }) => state === 'delivered');
  const attempts = sum(simulator.pushes, (push) => push.attempts.length);
  const givenUp = simulator.pushes.length - delivered.length;
  return [
    compare('attempts', attempts, receivers.requests),
    ...Object.entries(PUSHED).map(([module, name]) =>
      compare(`${name} delivered`, countModule(delivered, module), countModule(receivers.taken, module)),
    ),
    compare('given up, and in the failure file', givenUp, failures.lines.length),
    ...compareTold(facts),
  ];
}

/** What the calls came to, beside what the outbound records said of them. */
function compareTold({ simulator: { calls }, told }: Facts): Check[] {
  const records = bodiesOf(told, 'receiveCallRecord').filter(({ task_result }) => task_result !== undefined);
  const answered = countAnswered(calls.map(({ taskDataId, result }) => [taskDataId, result]));
  const toldAnswered = countAnswered(
    records.map(({ task_data_id = '', task_result = '' }) => [task_data_id, task_result]),
  );
  const toldSeconds = sum(records, ({ duration_call }) => duration_call);
  return [
    compare('calls told', calls.length, records.length),
    compare('numbers answered', answered, toldAnswered),
    compare('seconds of talk', sum(calls, talkSeconds), toldSeconds),
  ];
}

function compare(what: string, simulator: number, receivers: number): Check {
  return { what, simulator, receivers, agrees: simulator === receivers };
}
