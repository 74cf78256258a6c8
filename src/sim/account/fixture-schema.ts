import { z } from 'zod';
import { scriptSchema, strictMap, textSchema, weightsSchema } from '../dialog/source/script-schema.ts';
import { parseInstant, parseSpan } from '../time/calendar.ts';
import { MODULES } from './account.ts';

const SPAN_HINT = 'hours as "HH:mm:ss-HH:mm:ss", begin before end';
const INSTANT_HINT = 'ISO 8601 such as 2026-01-05T10:00:00+08:00, or ms since 1970';

const spanSchema = z.string(SPAN_HINT).refine((text) => parseSpan(text) !== null, SPAN_HINT);
const instantSchema = z
  .union([z.int(), z.string()], INSTANT_HINT)
  .refine((value) => parseInstant(value) !== null, INSTANT_HINT)
  .transform((value) => parseInstant(value) ?? 0);
const flagSchema = z.boolean('true or false');
const countSchema = z.int('a whole number from 0 up').min(0, 'a whole number from 0 up');
const columnsSchema = z
  .array(textSchema, 'a list of columns')
  .min(1, 'at least the column of the call number');

const enterpriseSchema = strictMap(
  {
    id: textSchema.describe('business_id'),
    name: textSchema,
    enabled: flagSchema.default(true),
    balance: z
      .number('minutes, or null')
      .min(0, 'minutes from 0 up')
      .nullable()
      .default(null)
      .describe('Minutes left; null = unlimited'),
  },
  'an enterprise',
);

const appSchema = strictMap(
  {
    id: textSchema.describe('app_id'),
    businessId: textSchema,
    type: z.literal([0, 1, 2], '0 (outbound), 1 (inbound) or 2 (both)'),
    appKey: textSchema,
    appSecret: textSchema,
    enabled: flagSchema.default(true),
  },
  'an app',
);

const lineSchema = strictMap(
  {
    lineNum: textSchema,
    businessId: textSchema,
    concurrents: z.int('a whole number from 1 up').min(1, 'a whole number from 1 up').describe('Channels'),
    timeWork: z
      .array(spanSchema, 'a list of hours')
      .default([])
      .describe('Working hours in Asia/Shanghai; none = all day'),
    timeApply: instantSchema.nullable().default(null),
    timeExpire: z
      .int('seconds, or -1')
      .min(-1, 'seconds, or -1')
      .default(-1)
      .describe('Seconds from timeApply; -1 = for ever'),
    weights: weightsSchema.exactOptional(),
  },
  'a line',
);

const robotSchema = strictMap(
  {
    robotId: textSchema,
    robotUuid: textSchema.exactOptional().describe('Made up from the robotId if absent'),
    businessId: textSchema,
    name: textSchema,
    callColumn: columnsSchema.describe("The first column is the customer's number"),
    status: z
      .literal([1, 2, 3, 4], '1 (in review), 2 (rejected), 3 (to be published) or 4 (published)')
      .default(4),
    type: z.literal([1, 2], '1 (ordinary) or 2 (dynamic)').default(1),
    deleted: flagSchema.default(false),
    timeCreate: instantSchema,
    timeUpdate: instantSchema.exactOptional(),
    createName: textSchema.nullable().default(null),
    createPhone: textSchema.nullable().default(null),
    script: scriptSchema,
  },
  'a robot',
);

const voiceSchema = strictMap({ businessId: textSchema, code: textSchema, name: textSchema }, 'a voice');

const URL_HINT = 'an http or https address, or one below /_sim/';

const urlSchema = strictMap(
  {
    businessId: textSchema,
    module: z.enum(MODULES, `one of ${MODULES.join(', ')}`),
    appId: textSchema.exactOptional(),
    robotId: textSchema.exactOptional(),
    url: z.string(URL_HINT).regex(/^(https?:\/\/[^\s/]+|\/_sim\/)/, URL_HINT),
    enabled: flagSchema.default(true),
  },
  'a url',
);

const taskSchema = strictMap(
  {
    taskId: z
      .int('a whole number from 1 to 999999')
      .min(1, 'a whole number from 1 to 999999')
      .max(999_999, 'a whole number from 1 to 999999'),
    appId: textSchema,
    taskName: textSchema,
    robotId: textSchema,
    lineNums: z.array(textSchema, 'a list of line numbers').min(1, 'at least one line'),
    timeBegin: instantSchema,
    timeEnd: instantSchema.nullable().default(null),
    recallCount: countSchema.max(3, '0 to 3').default(0),
    timeRecallWait: countSchema.default(0).describe('Seconds'),
    timeRange: z.array(spanSchema, 'a list of hours').default([]),
    voiceCode: textSchema.nullable().default(null),
    turbo: flagSchema.default(false),
  },
  'a task',
);

const sipAccountSchema = strictMap(
  { user: textSchema, password: textSchema, appId: textSchema },
  'a SIP account',
);

/** A fixtures file as it is written. `z.toJSONSchema(fixtureSchema, { io: 'input' })` describes it to editors. */
export const fixtureSchema = strictMap(
  {
    enterprises: z.array(enterpriseSchema, 'a list of enterprises').default([]),
    apps: z.array(appSchema, 'a list of apps').default([]),
    lines: z.array(lineSchema, 'a list of lines').default([]),
    robots: z.array(robotSchema, 'a list of robots').default([]),
    voices: z.array(voiceSchema, 'a list of voices').default([]),
    urls: z.array(urlSchema, 'a list of urls').default([]),
    tasks: z.array(taskSchema, 'a list of tasks').default([]),
    sipAccounts: z.array(sipAccountSchema, 'a list of SIP accounts').default([]),
    sensitiveNumbers: z.array(textSchema, 'a list of numbers in quotes').default([]),
    weights: weightsSchema.exactOptional(),
  },
  'fixtures',
);

export type WrittenFixtures = z.output<typeof fixtureSchema>;
