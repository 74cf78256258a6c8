import { z } from 'zod';
import { MODULES } from './sim/account/account.ts';
import { findingsOf, formatPath, type Path } from './sim/account/finding.ts';
import { DEFAULT_CONFIG, parseClock, type SimulationConfig } from './sim/config.ts';
import { ConfigurationError } from './sim/configuration-error.ts';
import { strictMap } from './sim/dialog/source/script-schema.ts';
import type { Source } from './sim/read-source.ts';
import { parseInstant } from './sim/time/calendar.ts';
import { ALGORITHMS, DEFAULT_SIP_CONFIG, INVITE_AUTH, type SipConfig } from './sip/config.ts';

const CLOCK_HINT = 'real, manual or xN, such as x60';
const INSTANT_HINT = 'an instant such as 2026-01-05T10:00:00+08:00, or ms since 1970';
const RTP_PORTS_HINT = 'two ports from 1024 to 65535, such as 20000-29999';
const ADDRESS_HINT = 'an http or https address';

const HOSTNAMES_HINT = 'a list of names without a port';

const text = z.string('a text').min(1, 'a text that is not empty');
const flag = z.boolean('true or false');
const address = z.url({ protocol: /^https?$/, error: ADDRESS_HINT });
const port = integer(0, 65_535);
const hostname = z
  .string(HOSTNAMES_HINT)
  .regex(/^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/i, 'a name without a port, such as yeta-sim');

function integer(min: number, max: number) {
  const hint =
    max === Number.MAX_SAFE_INTEGER
      ? `a whole number from ${min} up`
      : `a whole number from ${min} to ${max}`;
  return z.int(hint).min(min, hint).max(max, hint);
}

/** Of a server on its own; the library takes a free one. */
export const DEFAULT_PORT = 8720;

/** What `yeta-sim tls` makes in the working directory, and HTTPS is served with unless told otherwise. */
export const TLS_FOLDER = 'yeta-sim-tls';
export const TLS_FILES = {
  ca: 'ca.pem',
  caKey: 'ca-key.pem',
  cert: 'cert.pem',
  key: 'key.pem',
} as const;

/** Simulated or wall ms, from `min` up. */
function milliseconds(min = 0) {
  const hint = `ms, a whole number from ${min} up`;
  return z.int(hint).min(min, hint);
}

function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, `one of ${words.join(', ')}`);
}

const MOST = Number.MAX_SAFE_INTEGER;

/** Everything that can be set, as it stands in a config file; flags and `YETA_SIM_*` variables are laid over it. */
export const configSchema = strictMap(
  {
    port: port.optional().describe('HTTP port, 0 = a free one (8720)'),
    host: text.optional().describe('Address that HTTP listens on (127.0.0.1)'),
    tlsPort: z
      .union([port, z.literal('off')], 'a whole number from 0 to 65535, or off')
      .optional()
      .describe('HTTPS port, for clients with a hard-coded address; 0 = a free one, off = none (off)'),
    tlsCert: text
      .optional()
      .describe(
        'Its certificate in PEM, from the folder of this file (yeta-sim-tls/cert.pem in the working directory)',
      ),
    tlsKey: text
      .optional()
      .describe(
        'The key of the certificate, from the folder of this file (yeta-sim-tls/key.pem in the working directory)',
      ),
    allowedHosts: z
      .array(hostname, HOSTNAMES_HINT)
      .optional()
      .describe('Names by which other machines reach /_sim, beside its address ([])'),
    fixtures: text.optional().describe('File of fixtures, from the folder of this file (the built-in ones)'),
    dataDir: text.optional().describe('Folder of durable state (in memory without it)'),
    clock: z
      .string(CLOCK_HINT)
      .refine((clock) => parseClock(clock) !== null, CLOCK_HINT)
      .optional()
      .meta({ pattern: '^(real|manual|x\\d+(\\.\\d+)?)$' })
      .describe('real, manual (moves only on command) or xN (N times as fast as the wall)'),
    startAt: z
      .union([z.string(), z.number()], INSTANT_HINT)
      .refine((at) => parseInstant(at) !== null, INSTANT_HINT)
      .optional()
      .describe('First instant of a manual or scaled clock (2026-01-05T10:00:00+08:00)'),
    seed: z
      .union([integer(0, MOST), z.literal('random')], 'a whole number from 0 up, or random')
      .optional()
      .describe('Seed of every draw (1); random: a new one at every start, printed'),
    pushUrl: address
      .optional()
      .describe('Where all pushes and pulls go: /<module> is appended, or {module} replaced'),
    urls: z
      .partialRecord(z.enum(MODULES), address, `a map of modules (${MODULES.join(', ')}) to addresses`)
      .optional()
      .describe('One address per module; it wins over pushUrl'),
    sipPort: z
      .union([port, z.literal('off')], 'a whole number from 0 to 65535, or off')
      .optional()
      .describe('Port of SIP over UDP and TCP, 0 = a free one, off = none (15060; none in the library)'),
    sipHost: text.optional().describe('Address that SIP and RTP listen on (127.0.0.1)'),
    sipAdvertise: text.optional().describe('What Contact and SDP say instead of it, for containers and NAT'),
    rtpPorts: z
      .string(RTP_PORTS_HINT)
      .refine((ports) => parsePorts(ports) !== null, RTP_PORTS_HINT)
      .optional()
      .describe('Ports of RTP and RTCP, two a call (20000-29999)'),
    sip: strictMap(
      {
        inviteAuth: oneOf(INVITE_AUTH)
          .optional()
          .describe(
            'Who may call: from where the caller is registered, else after a digest; always after one; anybody (registered)',
          ),
        algorithms: z
          .array(oneOf(ALGORITHMS), 'a list of MD5 and SHA-256')
          .min(1, 'a list of MD5 and SHA-256')
          .optional()
          .describe('Of the digest, in the order in which they are offered ([MD5])'),
        ringMs: milliseconds().optional().describe('Wall ms from the 180 to the 200 (500)'),
        t1: integer(1, 10_000).optional().describe("RFC 3261's T1 in ms; all timers go with it (500)"),
      },
      'sip',
    ).optional(),
    adminToken: text.optional().describe('Asked for on /_sim/ as Authorization: Bearer'),
    logLevel: oneOf(['silent', 'error', 'warn', 'info', 'debug'])
      .optional()
      .describe('What is logged to stderr (warn)'),
    logFormat: oneOf(['pretty', 'json']).optional().describe('How it looks (pretty)'),
    grace: milliseconds()
      .optional()
      .describe('Wall ms for which a manual clock holds for a push in flight (250)'),
    token: strictMap(
      {
        ttl: integer(1, MOST).optional().describe('Life of a token in seconds (3600)'),
        reuse: flag.optional().describe('Whether a valid token is issued again instead of a new one (true)'),
      },
      'token',
    ).optional(),
    api: strictMap(
      {
        requireTimeRange: flag.optional().describe('time_range is required to create a task (false)'),
        taskIdAs: oneOf(['string', 'number'])
          .optional()
          .describe('How task/create answers the task_id (string)'),
      },
      'api',
    ).optional(),
    phones: strictMap(
      { allowLandline: flag.optional().describe('Landlines may be called, not only mobile numbers (false)') },
      'phones',
    ).optional(),
    task: strictMap(
      { maxRows: integer(1, MOST).optional().describe('The most rows of one task (1000000)') },
      'task',
    ).optional(),
    push: strictMap(
      {
        timeout: milliseconds(1).optional().describe('Wall ms that an attempt may take in all (3000)'),
        retryDelays: z
          .array(milliseconds(), 'a list of ms')
          .max(20, 'at most 20 delays')
          .optional()
          .describe('Simulated ms from the end of an attempt to the next one ([5000, 30000, 60000])'),
        concurrency: integer(1, 1024).optional().describe('Attempts at once per receiver (16)'),
        manualConcurrency: integer(1, 1024).optional().describe('The same on a manual clock (256)'),
        requireOkStatus: flag.optional().describe('Only an answer of HTTP 2xx counts (false)'),
        recordTwice: z
          .number('a number from 0 to 1')
          .min(0, 'a number from 0 to 1')
          .max(1, 'a number from 0 to 1')
          .optional()
          .describe('Share of outbound calls that get the basic record too (1)'),
      },
      'push',
    ).optional(),
    pull: strictMap(
      { timeout: milliseconds(1).optional().describe('Wall ms that a pull may take (3000)') },
      'pull',
    ).optional(),
    keep: strictMap(
      {
        days: z
          .number('a number from 0 up')
          .min(0, 'a number from 0 up')
          .optional()
          .describe('Days of simulated time for which ended calls are kept (7)'),
        calls: integer(1, MOST).optional().describe('The most ended calls that are kept (200000)'),
      },
      'keep',
    ).optional(),
    ids: oneOf(['large', 'small']).optional().describe('Ids as long as real ones, or counted from 1 (large)'),
  },
  'a config',
);

export type Settings = z.infer<typeof configSchema>;

/** @throws ConfigurationError with all problems at once, each with its place */
export function parseSettings(data: unknown, source: string): Settings {
  return take(data, (path) => `${source}: ${formatPath(path)}`);
}

/** Settings of a config file. @throws ConfigurationError with all problems at once, each at `file:line:column path` */
export function takeSettings(source: Source): Settings {
  return take(source.data, source.placeOf);
}

function take(data: unknown, placeOf: (path: Path) => string): Settings {
  const read = configSchema.safeParse(data ?? {});
  if (read.success) return read.data;
  const findings = findingsOf(read.error.issues, data);
  throw new ConfigurationError(
    findings.map(({ path, found, expected }) => ({ place: placeOf(path), found, expected })),
  );
}

/** @param random gives a seed for `seed: random` */
export function simulationConfig(settings: Settings, random: () => number): SimulationConfig {
  const { mode, speed } = parseClock(settings.clock ?? 'real') ?? DEFAULT_CONFIG.clock;
  const startAt = parseInstant(settings.startAt ?? DEFAULT_CONFIG.clock.startAt);
  return {
    seed: settings.seed === 'random' ? random() : (settings.seed ?? DEFAULT_CONFIG.seed),
    universe: DEFAULT_CONFIG.universe,
    clock: {
      mode,
      speed,
      startAt: startAt ?? DEFAULT_CONFIG.clock.startAt,
      grace: settings.grace ?? DEFAULT_CONFIG.clock.grace,
    },
    token: overlay(DEFAULT_CONFIG.token, settings.token),
    api: overlay(DEFAULT_CONFIG.api, settings.api),
    phones: overlay(DEFAULT_CONFIG.phones, settings.phones),
    task: overlay(DEFAULT_CONFIG.task, settings.task),
    push: overlay(DEFAULT_CONFIG.push, settings.push),
    pull: overlay(DEFAULT_CONFIG.pull, settings.pull),
    keep: overlay(DEFAULT_CONFIG.keep, settings.keep),
    ids: settings.ids ?? DEFAULT_CONFIG.ids,
  };
}

/** How SIP is served; null: not at all, as in the library unless told otherwise. @throws ConfigurationError */
export function sipConfig(settings: Settings): SipConfig | null {
  const { sipPort = 'off', sipHost = DEFAULT_SIP_CONFIG.host, sipAdvertise = null, sip } = settings;
  if (sipPort === 'off') return null;
  if (sip?.inviteAuth === 'none' && !isLoopback(sipHost)) {
    const expected = `registered or digest: SIP listens on ${sipHost}, where anybody could call`;
    throw new ConfigurationError([{ place: 'sip.inviteAuth', found: '"none"', expected }]);
  }
  const rtpPorts = parsePorts(settings.rtpPorts ?? '') ?? DEFAULT_SIP_CONFIG.rtpPorts;
  const rest = { host: sipHost, port: sipPort, advertise: sipAdvertise, rtpPorts };
  return overlay({ ...DEFAULT_SIP_CONFIG, ...rest }, sip);
}

/** Whether only this machine reaches what listens there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/** Reads `20000-29999`; null if it is no range of ports. */
function parsePorts(text: string): readonly [number, number] | null {
  const [, from, to] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? [];
  const isRange = Number(from) >= 1024 && Number(to) > Number(from) && Number(to) <= 65_535;
  return isRange ? [Number(from), Number(to)] : null;
}

function overlay<T extends object>(defaults: T, own: { [K in keyof T]?: T[K] | undefined } | undefined): T {
  const given = Object.entries(own ?? {}).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(given) } as T;
}
