import { z } from 'zod';
import { scriptSchema, strictMap, textSchema, weightsSchema } from '../dialog/source/script-schema.ts';
import { parseInstant, parseSpan } from '../time/calendar.ts';
import { MODULES } from './account.ts';

const SPAN_HINT = 'hours as "HH:mm:ss-HH:mm:ss", begin before end';
const INSTANT_HINT = 'ISO 8601 such as 2026-01-05T10:00:00+08:00, or ms since 1970';

const TIME = String.raw`\d{2}:[0-5]\d:[0-5]\d`;
const spanSchema = z
  .string(SPAN_HINT)
  .refine((text) => parseSpan(text) !== null, SPAN_HINT)
  // For editors, which know no refinements.
  .meta({ pattern: `^${TIME}-${TIME}$` });
const instantSchema = z
  .union([z.int(), z.string()], INSTANT_HINT)
  .refine((value) => parseInstant(value) !== null, INSTANT_HINT)
  .transform((value) => parseInstant(value) ?? 0);
const flagSchema = z.boolean('true or false');
const countSchema = z.int('a whole number from 0 up').min(0, 'a whole number from 0 up');
const columnsSchema = z
  .array(textSchema, 'a list of columns')
  .min(1, 'at least the column of the call number');

/** Whom a line, robot, voice or address belongs to. */
const ownerSchema = textSchema.describe('id of its enterprise');

const enterpriseSchema = strictMap(
  {
    id: textSchema.describe('business_id'),
    name: textSchema.describe('Shown in answers and errors'),
    enabled: flagSchema.default(true).describe('false: every call answers 200201'),
    balance: z
      .number('minutes, or null')
      .min(0, 'minutes from 0 up')
      .nullable()
      .default(null)
      .describe('Minutes of talk left; null = unlimited, 0 = every submission answers 200209'),
  },
  'an enterprise',
);

const appSchema = strictMap(
  {
    id: textSchema.describe('app_id'),
    businessId: ownerSchema,
    type: z
      .literal([0, 1, 2], '0 (outbound), 1 (inbound) or 2 (both)')
      .describe('0 outbound, 1 inbound, 2 both'),
    appKey: textSchema.describe('app_key of the token request'),
    appSecret: textSchema.describe('app_secret of the token request'),
    enabled: flagSchema.default(true).describe('false: it gets a token, every other call answers 10003'),
  },
  'an app',
);

const lineSchema = strictMap(
  {
    lineNum: textSchema.describe('line_num; what called people see'),
    businessId: ownerSchema,
    concurrents: z
      .int('a whole number from 1 up')
      .min(1, 'a whole number from 1 up')
      .describe('Channels: the most calls at once'),
    timeWork: z
      .array(spanSchema, 'a list of hours')
      .default([])
      .describe('Working hours in Asia/Shanghai as "HH:mm:ss-HH:mm:ss"; none = all day'),
    timeApply: instantSchema.nullable().default(null).describe('When it was applied for'),
    timeExpire: z
      .int('seconds, or -1')
      .min(-1, 'seconds, or -1')
      .default(-1)
      .describe('Seconds from timeApply; -1 = for ever. Expired lines answer 200200'),
    weights: weightsSchema
      .exactOptional()
      .describe("How likely each task_result is on this line; a robot's own weights come first"),
  },
  'a line',
);

const robotSchema = strictMap(
  {
    robotId: textSchema.describe('robot_id'),
    robotUuid: textSchema.exactOptional().describe('robot_uuid; made up from the robotId if absent'),
    businessId: ownerSchema,
    name: textSchema.describe('robot_name'),
    callColumn: columnsSchema.describe("call_column of a submission; the first is the customer's number"),
    status: z
      .literal([1, 2, 3, 4], '1 (in review), 2 (rejected), 3 (to be published) or 4 (published)')
      .default(4)
      .describe(
        '1 in review, 2 rejected, 3 to be published, 4 published; only 4 can call, others answer 200204',
      ),
    type: z
      .literal([1, 2], '1 (ordinary) or 2 (dynamic)')
      .default(1)
      .describe('1 ordinary, 2 dynamic: asks getDialogContext for its values when somebody calls in'),
    deleted: flagSchema.default(false).describe('true: still listed, but answers 200204'),
    timeCreate: instantSchema.describe('time_create'),
    timeUpdate: instantSchema.exactOptional().describe('time_update; timeCreate if absent'),
    createName: textSchema.nullable().default(null).describe('create_name'),
    createPhone: textSchema.nullable().default(null).describe('create_phone'),
    script: scriptSchema.describe('What it says: see the scripts'),
  },
  'a robot',
);

const voiceSchema = strictMap(
  {
    businessId: ownerSchema,
    code: textSchema.describe('voice_code; a task with another one answers 200205'),
    name: textSchema.describe('voice_name'),
  },
  'a voice',
);

const URL_HINT = 'an http or https address, or one below /_sim/';

const urlSchema = strictMap(
  {
    businessId: ownerSchema,
    module: z.enum(MODULES, `one of ${MODULES.join(', ')}`).describe(MODULES.join(', ')),
    appId: textSchema.exactOptional().describe('For this app only; the most specific entry wins'),
    robotId: textSchema.exactOptional().describe('For this robot only'),
    url: z
      .string(URL_HINT)
      .regex(/^(https?:\/\/[^\s/]+|\/_sim\/)/, URL_HINT)
      .describe('Where it goes; /_sim/receiver/<module> is the built-in receiver'),
    enabled: flagSchema.default(true).describe('false: as if it were not there'),
  },
  'a url',
);

const taskSchema = strictMap(
  {
    taskId: z
      .int('a whole number from 1 to 999999')
      .min(1, 'a whole number from 1 to 999999')
      .max(999_999, 'a whole number from 1 to 999999')
      .describe('task_id, 1 to 999999'),
    appId: textSchema.describe('id of the app that created it'),
    taskName: textSchema.describe('task_name'),
    robotId: textSchema.describe('robot_id'),
    lineNums: z.array(textSchema, 'a list of line numbers').min(1, 'at least one line').describe('Its lines'),
    timeBegin: instantSchema.describe('From when it calls, once it is started'),
    timeEnd: instantSchema.nullable().default(null).describe('When it expires; null = never'),
    recallCount: countSchema.max(3, '0 to 3').default(0).describe('Recall rounds, 0 to 3'),
    timeRecallWait: countSchema.default(0).describe('Seconds from the end of a round to the next'),
    timeRange: z
      .array(spanSchema, 'a list of hours')
      .default([])
      .describe('Hours in which it calls, cut with those of its lines; none = those of its lines'),
    voiceCode: textSchema.nullable().default(null).describe('voice_code'),
    intentionPush: z
      .array(textSchema, 'a list of texts')
      .exactOptional()
      .describe(
        'intention_push, which task/query tells as JSON in a text; it has no effect on pushes. Absent: []',
      ),
    turbo: flagSchema.default(false).describe('trubo_mode: no rest between calls, no recording'),
  },
  'a task',
);

const sipAccountSchema = strictMap(
  {
    user: textSchema.describe('Name it registers with'),
    password: textSchema.describe('For the digest'),
    appId: textSchema.describe('id of its app'),
    numbers: z
      .array(textSchema, 'a list of numbers in quotes')
      .default([])
      .describe('Call numbers that ring its phone when a task dials them'),
  },
  'a SIP account',
);

/** A fixtures file as it is written. `z.toJSONSchema(fixtureSchema, { io: 'input' })` describes it to editors. */
export const fixtureSchema = strictMap(
  {
    enterprises: z
      .array(enterpriseSchema, 'a list of enterprises')
      .default([])
      .describe('Customers of the platform'),
    apps: z.array(appSchema, 'a list of apps').default([]).describe('What a client asks a token for'),
    lines: z.array(lineSchema, 'a list of lines').default([]).describe('Lines that calls go over'),
    robots: z.array(robotSchema, 'a list of robots').default([]).describe('Robots with their scripts'),
    voices: z.array(voiceSchema, 'a list of voices').default([]).describe('Voices that tasks may name'),
    urls: z.array(urlSchema, 'a list of urls').default([]).describe('Where pushes and pulls go'),
    tasks: z
      .array(taskSchema, 'a list of tasks')
      .default([])
      .describe('Tasks that stand from the start, not started yet'),
    sipAccounts: z
      .array(sipAccountSchema, 'a list of SIP accounts')
      .default([])
      .describe('Phones that may register over SIP'),
    sensitiveNumbers: z
      .array(textSchema, 'a list of numbers in quotes')
      .default([])
      .describe('A submission with one of these is refused as a whole (200203)'),
    weights: weightsSchema
      .exactOptional()
      .describe(
        "How likely each task_result is where neither robot nor line says; none: the simulator's own",
      ),
  },
  'fixtures',
);

export type WrittenFixtures = z.output<typeof fixtureSchema>;
