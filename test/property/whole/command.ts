import fc from 'fast-check';

/* What anybody may ask of the whole simulator, over the platform's API and the simulator's own. */

const LINE_NUMS = ['A', 'B', 'C'] as const;
const LINES = ['A', 'B', 'C', 'A;B', 'B;C', 'A;B;C'] as const;
const NUMBERS = [
  '19900000001',
  '19900001020',
  '19900001007',
  '19900002001',
  '19900002002',
  '19900005002',
  '19900006001',
  '19900006002',
  '19900006004',
  '19900006005',
  '19900006006',
  '19900006007',
  '13800000001',
  '13800000002',
] as const;
const MODULES = ['receiveCallRecord', 'receiveDialog', 'receiveVoice'] as const;
const OPERATIONS = [
  'token',
  'config/query',
  'task/callout',
  'task/create',
  'task/insert',
  'task/start',
  'task/pause',
  'task/delete',
  'task/query',
  'push/failed',
] as const;

const numbers = fc.array(fc.constantFrom(...NUMBERS), { minLength: 1, maxLength: 6 });
/** Which of those that are there, modulo how many. */
const which = fc.nat(7);
const times = fc.constantFrom(undefined, 1, 3);
const probability = fc.constantFrom(undefined, 0.3, 0.8);

const create = fc.record({
  do: fc.constant('create' as const),
  lines: fc.constantFrom(...LINES),
  begin: fc.constantFrom(-3_600_000, -3_600_000, 0, 60_000),
  end: fc.constantFrom(null, null, 180_000, 3_600_000),
  recalls: fc.nat(3),
  recallWait: fc.constantFrom(0, 30, 600),
  range: fc.constantFrom([], [], ['09:00:00-10:02:00', '10:05:00-18:00:00'], ['00:10:00-23:50:00']),
  turbo: fc.boolean(),
  numbers: fc.array(fc.constantFrom(...NUMBERS), { maxLength: 6 }),
  start: fc.constantFrom(true, true, false),
  /** Time that passes before anybody does anything else, so that calls are under way. */
  run: fc.constantFrom(null, '7s', '20s'),
});

const advance = fc.record({
  do: fc.constant('advance' as const),
  target: fc.constantFrom<object[]>(
    { by: '0s' },
    { by: '1ms' },
    { by: '999ms' },
    { by: '7s' },
    { by: '7s' },
    { by: '20s' },
    { by: '20s' },
    { by: '1m' },
    { by: '5m' },
    { by: '1h' },
    { by: '1d' },
    { until: 'idle' },
  ),
});

const fault = fc.oneof(
  fc.record({
    on: fc.constant('push'),
    network: fc.constantFrom('reset', 'empty', 'garbage', 'timeout'),
    probability,
    times,
  }),
  fc.record({
    on: fc.constant('push'),
    httpStatus: fc.constantFrom(200, 500),
    delayMs: fc.constant(1),
    probability,
    times,
  }),
  fc.record({
    on: fc.constantFrom('*', 'task/start', 'task/callout', 'task/query'),
    code: fc.constantFrom(10004, 10002),
    probability,
    times: fc.constantFrom(1, 3),
  }),
  fc.record({
    on: fc.constantFrom('task/insert', 'token'),
    network: fc.constantFrom('reset', 'empty', 'garbage'),
    probability,
    times: fc.constantFrom(1, 3),
  }),
);

const outcome = fc.record(
  {
    result: fc.constantFrom(0, 8, '15', 16, 20, 26, -1),
    ringMs: fc.constantFrom(0, 3000, 600_000),
    talkMs: fc.constantFrom(1, 20_000, 3_600_000),
    tag: fc.constantFrom('A', 'F'),
  },
  { requiredKeys: ['result'] },
);
const rule = fc.record({
  match: fc.record(
    { callee: fc.constantFrom(...NUMBERS), lineNum: fc.constantFrom(...LINE_NUMS), tries: fc.nat(2) },
    { requiredKeys: [] },
  ),
  outcome,
  times,
});

/** Requests that nobody takes, one for each way of being wrong. */
export const REFUSED = [
  'malformed',
  'list',
  'multipart',
  'get',
  'unknownPath',
  'noToken',
  'wrongToken',
  'tooManyRows',
  'unknownLine',
  'unknownRobot',
  'wrongColumns',
  'shortRow',
  'wrongSpeed',
  'wrongVoice',
  'sensitive',
  'notMobile',
  'magicRefusal',
  'pageSize',
  'wrongDate',
  'unknownTask',
  'controlMalformed',
  'controlUnknownKey',
  'controlUnknownRule',
  'controlUnknownCall',
  'controlUnknownPush',
  'controlBack',
  'controlUrl',
  'controlSay',
] as const;

const platform = fc.oneof(
  { weight: 5, arbitrary: create },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('start', 'pause', 'delete' as const),
      task: fc.nat(3),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('insert' as const), task: which, numbers }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('callout' as const),
      line: fc.constantFrom(...LINE_NUMS),
      robot: fc.constantFrom('719', '719', '4567'),
      numbers,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('query', 'config', 'failed', 'token' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('refused' as const), how: fc.constantFrom(...REFUSED) }),
  },
);

const control = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rule' as const), rule }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('fault' as const), fault }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('noRules', 'noFaults', 'clearAway', 'clearAway' as const) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('dropRule', 'dropFault' as const), which }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('callIn' as const),
      line: fc.constantFrom(undefined, ...LINE_NUMS),
      robot: fc.constantFrom('719', '4567'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('hangUp', 'say' as const), call: which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('resend' as const), push: which }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('resendAll' as const),
      module: fc.constantFrom(undefined, ...MODULES),
      failedOnly: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('urls' as const),
      urls: fc.subarray([
        'receiveCallRecord',
        'receiveDialog',
        'receiveVoice',
        'getSemantics',
        'getDialogContext',
      ]),
      isDead: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('enterprise' as const),
      body: fc.constantFrom<object[]>(
        { balance: null },
        { balance: 0 },
        { balance: 2 },
        { enabled: false },
        { enabled: true, balance: null },
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('app' as const), enabled: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('endpoint' as const),
      name: fc.constantFrom(...OPERATIONS),
      state: fc.constantFrom('open', 'maintenance', 'disabled'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('expireToken', 'closeFiles', 'forgetReceived' as const) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('waitForCall' as const), call: which }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('reset' as const), seed: fc.constantFrom(undefined, 5) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('look', 'endAndMake' as const) }) },
);

/** What nobody can tell the outcome of to the byte: the wall clock has a say in it. */
const unsure = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('clock' as const),
      mode: fc.constantFrom('x1000', 'real', 'manual'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('overlap' as const), by: fc.constantFrom('20s', '1h') }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('waitForPush' as const) }) },
);

/** What somebody asks of one simulator. */
export const command = fc.oneof(
  { weight: 9, arbitrary: platform },
  { weight: 7, arbitrary: control },
  { weight: 7, arbitrary: advance },
);
/** The same where others ask at the same time. */
export const rushedCommand = fc.oneof({ weight: 9, arbitrary: command }, { weight: 1, arbitrary: unsure });
export type Command = typeof rushedCommand extends fc.Arbitrary<infer T> ? T : never;
