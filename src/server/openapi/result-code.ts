import type { RefusalName } from '../../sim/refusal.ts';
import { RESULT_CODES } from '../platform/envelope.ts';
import type { JsonSchema } from './schema.ts';

/** When each code of the platform's table is met here. */
const MET_WHEN: Readonly<Record<RefusalName, string>> = {
  'wrong-credentials': 'no app has this key and secret',
  'invalid-token': 'the token is missing, unknown or expired',
  'no-right': 'the app is inbound only',
  'app-disabled': 'the app is disabled',
  busy: 'a fault rule says so, or the simulator is overloaded or closing',
  'invalid-parameter':
    'the body is no JSON object, or a field is missing, of a wrong type or out of its range; with HTTP 405, another method than POST',
  'endpoint-maintenance': 'the operation is in maintenance (`PUT /_sim/endpoints/{name}`)',
  'endpoint-disabled': 'the operation is disabled (likewise); with HTTP 404, there is no such path',
  'wrong-relation':
    'the line is not of this enterprise, or has expired; or the operation is not possible in the present status of the task',
  'wrong-enterprise': 'the enterprise is disabled',
  'wrong-task': 'there is no such task in this enterprise',
  'wrong-number': 'a number is not a mobile number, or is on the sensitive list: the whole batch is refused',
  'wrong-robot': 'there is no such robot in this enterprise, or it is deleted or not published',
  'wrong-voice': 'the voice is not in the list of the enterprise',
  'wrong-speed': '`robot_speed` is not a number from -500 to 500',
  'balance-used-up': 'the balance of the enterprise is used up',
  'wrong-format': 'the body is declared as `multipart/*`',
  'too-large': 'the body is over 10 MiB',
  'wrong-columns':
    '`call_column` is not the set of columns of the robot, its first one first, or a row is not as long as its head',
  'too-many-rows': 'there are more than 50 rows in one submission, or more in the task than it may have',
  'outside-working-time':
    'it is outside the working time of the line; or `time_range` is; or the task is past its `time_end`',
  'line-held': 'another task that was started and has not ended holds the line',
  'task-deleted': 'the task is deleted',
  'task-completed': 'the task is completed',
};

/** What every operation may be refused for. */
const ANY_OPERATION: readonly RefusalName[] = [
  'busy',
  'invalid-parameter',
  'endpoint-maintenance',
  'endpoint-disabled',
  'wrong-format',
  'too-large',
];

/** And every one that needs a token. */
const ANY_ACCOUNT: readonly RefusalName[] = ['invalid-token', 'app-disabled', 'wrong-enterprise'];

/** All reasons for which an operation is refused, by their codes. */
export function refusalsOf(operation: {
  readonly right: 'none' | 'any' | 'outbound';
  readonly page: { readonly refusals: readonly RefusalName[] };
}): RefusalName[] {
  const { right, page } = operation;
  const all = [
    ...page.refusals,
    ...ANY_OPERATION,
    ...(right === 'none' ? [] : ANY_ACCOUNT),
    ...(right === 'outbound' ? (['no-right'] as const) : []),
  ];
  return all.sort((a, b) => RESULT_CODES[a].code - RESULT_CODES[b].code);
}

/** An answer with `result` left empty. */
export function refusalExample(reason: RefusalName) {
  return { summary: MET_WHEN[reason], value: { ...RESULT_CODES[reason], result: {} } };
}

/** Every refusal there is: a code goes with its text. */
export const refusal: JsonSchema = {
  type: 'object',
  description: '失败 · a refusal: nothing has changed',
  required: ['code', 'message', 'result'],
  properties: {
    code: { type: 'integer', description: '返回码 · result code' },
    message: { type: 'string', description: '返回码描述 · the code in words' },
    result: { type: 'object', maxProperties: 0, description: '返回结果集 · empty' },
  },
  oneOf: Object.entries(RESULT_CODES).map(([reason, { code, message }]) => ({
    description: MET_WHEN[reason as RefusalName],
    required: ['code', 'message'],
    properties: { code: { const: code }, message: { const: message } },
  })),
};

/** The whole table, in Markdown. */
export function writeCodeTable(): string {
  const lines = Object.entries(RESULT_CODES)
    .sort(([, a], [, b]) => a.code - b.code)
    .map(([reason, { code, message }]) => `| ${code} | ${message} | ${MET_WHEN[reason as RefusalName]} |`);
  return [
    '| code | message | met here when |',
    '|---|---|---|',
    '| 0 | ok | 成功 · success |',
    ...lines,
  ].join('\n');
}
