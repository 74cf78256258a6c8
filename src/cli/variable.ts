import { z } from 'zod';
import { configSchema } from '../config.ts';
import { findNearest } from '../server/platform/finding/nearest.ts';
import { MODULES } from '../sim/account/account.ts';
import type { Problem } from '../sim/configuration-error.ts';
import { OTHER_VARIABLES, USERS_VARIABLES } from './other-variable.ts';

/** A setting that a variable gives. */
export interface Variable {
  readonly variable: string;
  /** Where it stands in the settings: one key, or one of a section. */
  readonly keys: readonly string[];
  readonly value: unknown;
}

/** Below all others. */
const PORT_OF_PLATFORMS = 'PORT';

const PREFIX = 'YETA_SIM_';

/** The variable of a setting, by its keys: `push`, `timeout` is `YETA_SIM_PUSH_TIMEOUT`. */
export function variableOf(...keys: readonly string[]): string {
  const [section, module] = keys;
  // These were named before the others (spec 5.1).
  if (section === 'urls') return `${PREFIX}URL_${module?.toUpperCase()}`;
  return `${PREFIX}${keys.map((key) => key.replace(/[A-Z]/g, '_$&').toUpperCase()).join('_')}`;
}

/** The settings that the environment gives; one that is empty gives none. */
export function readVariables(env: NodeJS.ProcessEnv): Variable[] {
  return settingKeys().flatMap((keys) => {
    const names = [variableOf(...keys), ...(keys[0] === 'port' ? [PORT_OF_PLATFORMS] : [])];
    const variable = names.find((name) => (env[name] ?? '') !== '');
    if (variable === undefined) return [];
    return [{ variable, keys, value: readValue(keys, env[variable] ?? '') }];
  });
}

/** One letter of a short name may be wrong, two of `PUSH_TIMEOUT`. */
const LETTERS_AN_EDIT = 5;

/**
 * Variables that nobody reads and that are hardly a letter or two from one that is read. Others that only begin alike are
 * left alone: a pipeline has its own (`YETA_SIM_IMAGE`), and Kubernetes sets some for a service of this name.
 */
export function findMisspelt(env: NodeJS.ProcessEnv): Problem[] {
  const settings = settingKeys().map((keys) => variableOf(...keys));
  const meant = [...settings, ...Object.values(USERS_VARIABLES)].map((name) => name.slice(PREFIX.length));
  const known: readonly string[] = [...settings, ...Object.values(OTHER_VARIABLES)];
  return Object.entries(env).flatMap(([name, value]) => {
    if (!name.startsWith(PREFIX) || (value ?? '') === '' || known.includes(name)) return [];
    const word = name.slice(PREFIX.length);
    const nearest = findNearest(word, meant, Math.max(1, Math.floor(word.length / LETTERS_AN_EDIT)));
    if (nearest === null) return [];
    return [{ place: name, found: 'an unknown variable', expected: PREFIX + nearest }];
  });
}

/** Every setting there is, those of sections by two keys. */
export function settingKeys(): string[][] {
  return Object.entries(configSchema.shape).flatMap(([key, schema]) => {
    const inside = schema.unwrap();
    if (key === 'urls') return MODULES.map((module) => [key, module]);
    return inside instanceof z.ZodObject ? Object.keys(inside.shape).map((inner) => [key, inner]) : [[key]];
  });
}

/** What stands in a flag or a variable, as a config file would have it: lists are parted by commas, or JSON. */
export function readValue(keys: readonly string[], text: string): unknown {
  const schema = schemaOf(keys);
  if (schema.safeParse(text).success) return text;
  if (schema instanceof z.ZodArray && !text.trimStart().startsWith('['))
    return text.split(',').map((each) => readScalar(each.trim()));
  return readScalar(text);
}

function schemaOf([key = '', inner]: readonly string[]): z.ZodType {
  const schema = (configSchema.shape as Record<string, z.ZodOptional<z.ZodType>>)[key]?.unwrap();
  if (schema instanceof z.ZodObject && inner !== undefined)
    return (schema.shape as Record<string, z.ZodOptional<z.ZodType>>)[inner]?.unwrap() ?? z.never();
  return schema ?? z.never();
}

/** JSON if it is some, else the text, which the schema will find fault with. */
function readScalar(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
