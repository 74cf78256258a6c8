import { existsSync, readFileSync } from 'node:fs';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { parse } from 'yaml';
import { parseSettings, type Settings } from '../config.ts';
import { MODULES } from '../sim/account/account.ts';
import { ConfigurationError, type Problem } from '../sim/configuration-error.ts';

/** One option of `start`: its flag, its variable, its key in a config file, all with the same name. */
interface Option {
  /** Key of the settings; the flag is its kebab-case, the variable its upper snake case after `YETA_SIM_`. */
  readonly key: keyof Settings;
  readonly value: string;
  readonly help: string;
  readonly isNumber?: boolean;
}

export const OPTIONS: readonly Option[] = [
  { key: 'port', value: 'N', help: 'HTTP port, 0 = a free one (8720)', isNumber: true },
  { key: 'host', value: 'ADDR', help: 'HTTP address (127.0.0.1)' },
  { key: 'fixtures', value: 'FILE', help: 'YAML or JSON seed data (the built-in ones)' },
  { key: 'dataDir', value: 'DIR', help: 'durable state (in memory without it)' },
  { key: 'clock', value: 'real|manual|xN', help: 'wall time, only on command, or N times as fast (real)' },
  {
    key: 'startAt',
    value: 'ISO',
    help: 'first instant of a manual or scaled clock (2026-01-05T10:00:00+08:00)',
  },
  { key: 'seed', value: 'N|random', help: 'seed of every draw (1)', isNumber: true },
  {
    key: 'pushUrl',
    value: 'URL',
    help: 'where all pushes and pulls go; {module} in it is replaced, else /<module> is appended',
  },
  { key: 'adminToken', value: 'TOKEN', help: 'asked for on /_sim/ as Authorization: Bearer' },
  { key: 'logLevel', value: 'LEVEL', help: 'silent, error, warn, info or debug (warn)' },
  { key: 'logFormat', value: 'pretty|json', help: 'how logs look on stderr (pretty)' },
];

export function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

export function variableOf(key: string): string {
  return `YETA_SIM_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

const CONFIG_FILES = ['yeta-sim.config.yaml', 'yeta-sim.config.json'];

/**
 * Flag > variable > config file > default; `PORT` is honoured below `YETA_SIM_PORT` (spec 5.1).
 * @throws ConfigurationError with every problem found
 */
export function readSettings(args: readonly string[], env: NodeJS.ProcessEnv): Settings {
  const flags = readFlags(args);
  const file = flags['config'] ?? env['YETA_SIM_CONFIG'] ?? CONFIG_FILES.find((name) => existsSync(name));
  const fromFile = file === undefined ? {} : readConfigFile(file);
  const given: Record<string, unknown> = { ...fromFile };
  const places = new Map<string, string>();
  for (const { key, isNumber } of OPTIONS) {
    const variable = env[variableOf(key)] ?? (key === 'port' ? env['PORT'] : undefined);
    const text = flags[key] ?? variable;
    if (text === undefined || text === '') continue;
    places.set(key, flags[key] === undefined ? variableOf(key) : flagOf(key));
    given[key] = isNumber === true && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  }
  const urls = Object.fromEntries(
    MODULES.map((module) => [module, env[`YETA_SIM_URL_${module.toUpperCase()}`]]),
  );
  const set = Object.entries(urls).filter(([, url]) => url !== undefined && url !== '');
  if (set.length > 0) given['urls'] = { ...(fromFile.urls ?? {}), ...Object.fromEntries(set) };
  try {
    return parseSettings(given, 'settings');
  } catch (error) {
    throw error instanceof ConfigurationError ? named(error, places) : error;
  }
}

/** The last of a flag given twice counts. @throws ConfigurationError */
function readFlags(args: readonly string[]): Record<string, string | undefined> {
  const options: ParseArgsOptionsConfig = { config: { type: 'string' } };
  for (const { key } of OPTIONS) options[flagOf(key).slice(2)] = { type: 'string' };
  const problems: Problem[] = [];
  const flags: Record<string, string | undefined> = {};
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'positional') {
      problems.push({
        place: `argument ${token.index + 1}`,
        found: token.value,
        expected: 'an option; see yeta-sim --help',
      });
    } else if (token.kind === 'option') {
      const key =
        token.name === 'config'
          ? 'config'
          : OPTIONS.find((option) => flagOf(option.key) === token.rawName)?.key;
      if (key === undefined)
        problems.push({ place: token.rawName, found: 'an unknown option', expected: nearest(token.rawName) });
      else if (token.value === undefined || (token.inlineValue === false && token.value.startsWith('--'))) {
        problems.push({ place: token.rawName, found: 'no value', expected: 'a value after it' });
      } else flags[key] = token.value;
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return flags;
}

function nearest(name: string): string {
  const known = [...OPTIONS.map(({ key }) => flagOf(key)), '--config'];
  const like = known.filter((flag) => flag.startsWith(name.slice(0, 4)));
  return like.length > 0 ? `one such as ${like.join(', ')}` : 'one of yeta-sim --help';
}

function readConfigFile(file: string): Settings {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigurationError([
      { place: file, found: String((error as Error).message), expected: 'a readable file' },
    ]);
  }
  try {
    return parseSettings(parse(text), file);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError([
      { place: file, found: String((error as Error).message), expected: 'YAML or JSON' },
    ]);
  }
}

/** Problems are named by the flag or variable that they come from. */
function named(error: ConfigurationError, places: ReadonlyMap<string, string>): ConfigurationError {
  return new ConfigurationError(
    error.problems.map((problem) => {
      const key = /^settings: (\w+)/.exec(problem.place)?.[1];
      const place = key === undefined ? undefined : places.get(key);
      return place === undefined ? problem : { ...problem, place };
    }),
  );
}
