import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { parseSettings, type Settings, TLS_FILES, TLS_FOLDER, takeSettings } from '../config.ts';
import { readText } from '../load-fixtures.ts';
import { ConfigurationError, type Problem } from '../sim/configuration-error.ts';
import { type Flag, readFlags } from './flag.ts';
import { OTHER_VARIABLES } from './other-variable.ts';
import { findMisspelt, readValue, readVariables } from './variable.ts';

/** One option of `start`: its flag, its variable, its key in a config file, all with the same name. */
interface Option {
  /** Key of the settings; the flag is its kebab-case. */
  readonly key: keyof Settings;
  readonly value: string;
  readonly help: string;
}

const OPTIONS: readonly Option[] = [
  { key: 'port', value: 'N', help: 'HTTP port, 0 = a free one (8720)' },
  { key: 'host', value: 'ADDR', help: 'HTTP address (127.0.0.1)' },
  { key: 'tlsPort', value: 'N|off', help: 'HTTPS beside it, 0 = a free port (off)' },
  {
    key: 'tlsCert',
    value: 'FILE',
    help: `its certificate in PEM (${TLS_FOLDER}/${TLS_FILES.cert}, which yeta-sim tls makes)`,
  },
  { key: 'tlsKey', value: 'FILE', help: `the key of the certificate (${TLS_FOLDER}/${TLS_FILES.key})` },
  {
    key: 'allowedHosts',
    value: 'NAME,…',
    help: 'names by which other machines reach /_sim/, beside its address',
  },
  { key: 'sipPort', value: 'N|off', help: 'SIP over UDP and TCP, 0 = a free port (15060)' },
  { key: 'sipHost', value: 'ADDR', help: 'SIP and RTP address (127.0.0.1)' },
  { key: 'sipAdvertise', value: 'ADDR', help: 'what Contact and SDP say instead of it' },
  { key: 'rtpPorts', value: 'A-B', help: 'RTP and RTCP (20000-29999)' },
  { key: 'fixtures', value: 'FILE', help: 'YAML or JSON seed data (the built-in ones)' },
  { key: 'dataDir', value: 'DIR', help: 'durable state (in memory without it)' },
  { key: 'clock', value: 'real|manual|xN', help: 'wall time, only on command, or N times as fast (real)' },
  {
    key: 'startAt',
    value: 'ISO',
    help: 'first instant of a manual or scaled clock (2026-01-05T10:00:00+08:00)',
  },
  { key: 'seed', value: 'N|random', help: 'seed of every draw (1)' },
  {
    key: 'pushUrl',
    value: 'URL',
    help: 'where all pushes and pulls go; {module} in it is replaced, else /<module> is appended',
  },
  { key: 'adminToken', value: 'TOKEN', help: 'asked for on /_sim/ as Authorization: Bearer' },
  { key: 'logLevel', value: 'LEVEL', help: 'silent, error, warn, info or debug (warn)' },
  { key: 'logFormat', value: 'pretty|json', help: 'how logs look on stderr (pretty)' },
];

function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

const CONFIG_FLAG = '--config';
const CONFIG_FILES = ['yeta-sim.config.yaml', 'yeta-sim.config.json'];

/** The flags of `start`. */
export const OPTION_FLAGS: readonly Flag[] = [
  ...OPTIONS.map(({ key, value, help }) => ({ name: flagOf(key), value, help })),
  {
    name: CONFIG_FLAG,
    value: 'FILE',
    help: `everything else; ${CONFIG_FILES[0]} in the working directory is found by itself`,
  },
];

/**
 * Flag > variable > config file > default; `PORT` is honoured below `YETA_SIM_PORT` (spec 5.1).
 * @throws ConfigurationError with every problem found
 */
export function readSettings(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Settings> {
  return settingsOf(readFlags(args, OPTION_FLAGS, null).flags, env);
}

/** The same of flags that were read already; those that are none of `start` are left alone. @throws ConfigurationError */
export async function settingsOf(
  flags: ReadonlyMap<string, string>,
  env: NodeJS.ProcessEnv,
): Promise<Settings> {
  const file =
    flags.get(CONFIG_FLAG) ?? (env[OTHER_VARIABLES.config] || CONFIG_FILES.find((name) => existsSync(name)));
  const fromFile = file === undefined ? {} : await readConfigFile(file);
  const given: Record<string, unknown> = { ...fromFile };
  const places = new Map<string, string>();
  for (const { keys, value, variable } of readVariables(env)) {
    const [key = '', inner] = keys;
    given[key] = inner === undefined ? value : { ...(given[key] as object | undefined), [inner]: value };
    places.set(keys.join('.'), variable);
  }
  for (const { key } of OPTIONS) {
    const text = flags.get(flagOf(key)) ?? '';
    if (text === '') continue;
    given[key] = readValue([key], text);
    places.set(key, flagOf(key));
  }
  const problems = findMisspelt(env);
  let settings: Settings = {};
  try {
    settings = parseSettings(given, 'settings');
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    problems.push(...named(error.problems, places));
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return settings;
}

/** What stands in a config file; the files it names are looked for from its own folder. @throws ConfigurationError */
async function readConfigFile(file: string): Promise<Settings> {
  const text = readText(file);
  // Loaded only now: a start without a config file reads no YAML.
  const { readSource } = await import('../sim/read-source.ts');
  const settings = takeSettings(readSource(text, file));
  const fromFolder = (path: string) => (isAbsolute(path) ? path : join(dirname(file), path));
  return {
    ...settings,
    ...(settings.fixtures === undefined ? {} : { fixtures: fromFolder(settings.fixtures) }),
    ...(settings.dataDir === undefined ? {} : { dataDir: fromFolder(settings.dataDir) }),
    ...(settings.tlsCert === undefined ? {} : { tlsCert: fromFolder(settings.tlsCert) }),
    ...(settings.tlsKey === undefined ? {} : { tlsKey: fromFolder(settings.tlsKey) }),
  };
}

/** Problems are named by the flag or variable that they come from. */
function named(problems: readonly Problem[], places: ReadonlyMap<string, string>): Problem[] {
  return problems.map((problem) => {
    const key = /^settings: ([\w.]+)/.exec(problem.place)?.[1];
    const place = key === undefined ? undefined : places.get(key);
    return place === undefined ? problem : { ...problem, place };
  });
}
