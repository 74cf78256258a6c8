import { RESULT_MEANING } from '../../src/cli/result-meaning.ts';
import { RESULT_CODES } from '../../src/server/platform/envelope.ts';
import { refusedByNumber } from '../../src/sim/call/magic-number.ts';
import { describeResult, isAnswered, RESULT_NUMBERS } from '../../src/sim/call/result.ts';

/** Every result with the number that makes it. */
export function resultTable(): string {
  const rows = RESULT_NUMBERS.map((result) => {
    const tail = result === -1 ? '99' : String(result).padStart(2, '0');
    const meaning = RESULT_MEANING[String(result)] ?? '';
    return `| \`199000010${tail}\` | ${result} | ${describeResult(result)} | ${meaning} | ${isAnswered(result) ? 'yes' : ''} |`;
  });
  const head = [
    '| number | `task_result` | `task_result_desc` | meaning | answered |',
    '|---|---|---|---|---|',
  ];
  return [...head, ...rows].join('\n');
}

/** Every code that a number refuses a submission with. */
export function refusalTable(): string {
  const rows = Array.from({ length: 100 }, (_, i) => `199000040${String(i).padStart(2, '0')}`).flatMap(
    (number) => {
      const refusal = refusedByNumber(number);
      if (refusal === null) return [];
      const { code, message } = RESULT_CODES[refusal];
      return [`| \`${number}\` | ${code} | ${message} (${refusal.replaceAll('-', ' ')}) |`];
    },
  );
  return ['| number | code | message |', '|---|---|---|', ...rows].join('\n');
}
