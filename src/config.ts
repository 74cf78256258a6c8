import { z } from 'zod';
import { MODULES, type Module } from './sim/account/account.ts';
import { type ClockMode, DEFAULT_CONFIG, type SimulationConfig } from './sim/config.ts';
import { ConfigurationError, type Problem } from './sim/configuration-error.ts';
import { parseInstant } from './sim/time/calendar.ts';

/** Everything that can be set, as it stands in a config file; flags and `YETA_SIM_*` variables are laid over it. */
const port = z.number().int().min(0).max(65_535);
const ms = z.number().int().min(0);
const clockText = z
  .string()
  .regex(/^(real|manual|x\d+(\.\d+)?)$/, 'expected real, manual or xN, such as x60');

export const configSchema = z.strictObject({
  port: port.optional(),
  host: z.string().min(1).optional(),
  fixtures: z.string().min(1).optional(),
  dataDir: z.string().min(1).optional(),
  clock: clockText.optional(),
  startAt: z.union([z.string(), z.number()]).optional(),
  seed: z.union([z.number().int().min(0).max(Number.MAX_SAFE_INTEGER), z.literal('random')]).optional(),
  pushUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** One address per module; it wins over `pushUrl`. */
  urls: z.partialRecord(z.enum(MODULES), z.url({ protocol: /^https?$/ })).optional(),
  adminToken: z.string().min(1).optional(),
  logLevel: z.enum(['silent', 'error', 'warn', 'info', 'debug']).optional(),
  logFormat: z.enum(['pretty', 'json']).optional(),
  grace: ms.optional(),
  token: z
    .strictObject({ ttl: z.number().int().min(1).optional(), reuse: z.boolean().optional() })
    .optional(),
  api: z
    .strictObject({
      requireTimeRange: z.boolean().optional(),
      taskIdAs: z.enum(['string', 'number']).optional(),
    })
    .optional(),
  phones: z.strictObject({ allowLandline: z.boolean().optional() }).optional(),
  task: z.strictObject({ maxRows: z.number().int().min(1).optional() }).optional(),
  push: z
    .strictObject({
      timeout: ms.min(1).optional(),
      retryDelays: z.array(ms).max(20).optional(),
      concurrency: z.number().int().min(1).max(1024).optional(),
      manualConcurrency: z.number().int().min(1).max(1024).optional(),
      requireOkStatus: z.boolean().optional(),
      recordTwice: z.number().min(0).max(1).optional(),
    })
    .optional(),
  pull: z.strictObject({ timeout: ms.min(1).optional() }).optional(),
  keep: z
    .strictObject({ days: z.number().min(0).optional(), calls: z.number().int().min(1).optional() })
    .optional(),
  ids: z.enum(['large', 'small']).optional(),
});

export type Settings = z.infer<typeof configSchema>;

/** @throws ConfigurationError with all problems at once, each with its place */
export function parseSettings(data: unknown, source: string): Settings {
  const parsed = configSchema.safeParse(data ?? {});
  if (parsed.success) return parsed.data;
  throw new ConfigurationError(
    parsed.error.issues.map(
      (issue): Problem => ({
        place: `${source}: ${issue.path.join('.') || '(top level)'}`,
        found: JSON.stringify(valueAt(data, issue.path)) ?? 'nothing',
        expected: issue.message,
      }),
    ),
  );
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      value !== null && typeof value === 'object' ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    data,
  );
}

/** @param random a seed for `seed: random` @throws ConfigurationError */
export function simulationConfig(settings: Settings, random: () => number): SimulationConfig {
  const clock = readClock(settings.clock ?? 'real');
  const startAt =
    settings.startAt === undefined ? DEFAULT_CONFIG.clock.startAt : parseInstant(settings.startAt);
  if (startAt === null) {
    throw new ConfigurationError([
      {
        place: '--start-at',
        found: String(settings.startAt),
        expected: 'an instant such as 2026-01-05T10:00:00+08:00',
      },
    ]);
  }
  return {
    seed: settings.seed === 'random' ? random() : (settings.seed ?? DEFAULT_CONFIG.seed),
    clock: { ...clock, startAt, grace: settings.grace ?? DEFAULT_CONFIG.clock.grace },
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

/** Reads `real`, `manual` or `xN`; null if it is none of them. */
export function parseClock(text: string): { mode: ClockMode; speed: number } | null {
  if (text === 'real' || text === 'manual') return { mode: text, speed: 1 };
  const speed = /^x(\d+(?:\.\d+)?)$/.exec(text)?.[1];
  return speed === undefined || Number(speed) <= 0 ? null : { mode: 'scaled', speed: Number(speed) };
}

function readClock(text: string): { mode: ClockMode; speed: number } {
  const clock = parseClock(text);
  if (clock === null) {
    throw new ConfigurationError([
      { place: '--clock', found: text, expected: 'real, manual or xN, such as x60' },
    ]);
  }
  return clock;
}

/** Where a module's pushes or pulls go when set without fixtures: `{module}` is replaced, else `/<module>` is appended. */
export function addressFor(settings: Settings, module: Module): string | null {
  const own = settings.urls?.[module];
  if (own !== undefined) return own;
  if (settings.pushUrl === undefined) return null;
  // The URL parser has escaped the braces if it saw them in the path.
  const withName = settings.pushUrl.replaceAll(/\{module\}|%7Bmodule%7D/gi, module);
  return withName === settings.pushUrl ? `${settings.pushUrl.replace(/\/$/, '')}/${module}` : withName;
}

function overlay<T extends object>(defaults: T, own: { [K in keyof T]?: T[K] | undefined } | undefined): T {
  const given = Object.entries(own ?? {}).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(given) } as T;
}
