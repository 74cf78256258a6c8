import { rowsOf } from '../../support/stage.ts';
import type { REFUSED } from './command.ts';
import type { Ask } from './wire.ts';

type Way = (typeof REFUSED)[number];

/** A request that is not taken, and what it is answered where nothing else stands in its way. */
export interface Refused {
  /** Of the platform; without it `path` says where to. */
  readonly operation?: string;
  readonly path?: string;
  readonly ask: Ask;
  /** Default: one that is valid. */
  readonly token?: string | null;
  /** The platform's code, or an HTTP status below `/_sim`. */
  readonly expected: number;
}

const callout = { line_num: 'A', robot_id: '719', ...rowsOf(['13800000009']) };
const onCallout = (change: object, expected: number): Refused => ({
  operation: 'task/callout',
  ask: { body: { ...callout, ...change } },
  expected,
});
const onControl = (path: string, expected: number, ask: Ask = {}): Refused => ({ path, ask, expected });

/** One for each way of being wrong. Line A takes calls all day. */
export const REFUSALS: Readonly<Record<Way, Refused>> = {
  malformed: { operation: 'task/callout', ask: { body: '{"line_num":' }, expected: 10005 },
  list: { operation: 'task/create', ask: { body: '[]' }, expected: 10005 },
  multipart: {
    operation: 'task/insert',
    ask: { body: '--x', headers: { 'content-type': 'multipart/form-data; boundary=x' } },
    expected: 200210,
  },
  get: { operation: 'task/query', ask: { method: 'GET' }, expected: 10005 },
  unknownPath: { path: '/openapi/outbound/v1/task/call', ask: { body: callout }, expected: 10021 },
  noToken: { operation: 'task/callout', ask: { body: callout }, token: null, expected: 10001 },
  wrongToken: { operation: 'task/callout', ask: { body: callout }, token: '0'.repeat(32), expected: 10001 },
  tooManyRows: onCallout(rowsOf(Array(51).fill('13800000009')), 200213),
  unknownLine: onCallout({ line_num: 'Z' }, 200200),
  unknownRobot: onCallout({ robot_id: '721' }, 200204),
  wrongColumns: onCallout({ call_column: ['姓名', '客户手机号码'] }, 200212),
  shortRow: onCallout({ call_list: [['13800000009', '张三'], ['13800000008']] }, 200212),
  wrongSpeed: onCallout({ robot_speed: 501 }, 200206),
  wrongVoice: onCallout({ voice_code: '1' }, 200205),
  sensitive: onCallout(rowsOf(['13800000009', '19999999999']), 200203),
  notMobile: onCallout(rowsOf(['13800000009', '12800000009']), 200203),
  magicRefusal: onCallout(rowsOf(['13800000009', '19900004009']), 200209),
  pageSize: { operation: 'task/query', ask: { body: { page_size: 51 } }, expected: 10005 },
  wrongDate: { operation: 'push/failed', ask: { body: { date: '2026-1-5' } }, expected: 10005 },
  unknownTask: { operation: 'task/start', ask: { body: { task_id: '1' } }, expected: 200202 },
  controlMalformed: onControl('/rules', 400, { body: '{' }),
  controlUnknownKey: onControl('/faults', 400, { body: { on: 'push', httpStatus: 500, colour: 1 } }),
  controlUnknownRule: onControl('/rules/999999', 404, { method: 'DELETE' }),
  controlUnknownCall: onControl('/calls/00000000-0000-4000-8000-000000000000/hangup', 404),
  controlUnknownPush: onControl('/pushes/999999999/resend', 404),
  controlBack: onControl('/clock/advance', 400, { body: { to: 0 } }),
  controlUrl: onControl('/urls', 400, {
    method: 'PUT',
    body: { businessId: '167', urls: [{ module: 'x' }] },
  }),
  controlSay: onControl('/calls/00000000-0000-4000-8000-000000000000/say', 404, { body: { text: '好' } }),
};
