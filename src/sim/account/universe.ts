import { Buffer } from 'node:buffer';
import { type Chance, deriveChance, drawHex, drawInteger, type Seed } from '../random.ts';
import type { Fixtures } from './account.ts';

/**
 * A universe's id is 12 decimal digits. Whatever of it meets the world begins (a SIP user: ends) with the id, so two
 * universes whose ids differ have no business id, app id, key, token or recording number in common, and what comes in
 * is found without a table. Texts of the fixtures that nobody outside sees as its own (lines, robots, voices) stay.
 */
const ID_DIGITS = 12;

/** Enterprises and apps are numbered below the id: 15 digits in all are exact as a number in every language. */
const NUMBER_DIGITS = 3;

/** Enterprises and apps that fixtures of a universe may have together. */
export const MOST_ACCOUNTS = 10 ** NUMBER_DIGITS - 1;

/** What a universe is drawn from: the same pair gives the same bytes. */
export interface UniverseKey {
  readonly seed: Seed;
  readonly name: string;
}

export function drawUniverseId({ seed, name }: UniverseKey): string {
  const range = [10 ** (ID_DIGITS - 1), 10 ** ID_DIGITS - 1] as const;
  return String(drawInteger(deriveChance(seed, 'universe-id', name), 'id', range));
}

/** The id that a token, a business id (which is a recording's `<n>` too) or an app id of a universe begins with. */
export function universeIdIn(text: string): string {
  return text.slice(0, ID_DIGITS);
}

/** The id that the user of a SIP account of a universe ends with: `1007-482915660173`. */
export function universeIdOfUser(user: string): string {
  return user.slice(user.lastIndexOf('-') + 1);
}

/** The same fixtures with ids and credentials of a universe's own; at most `MOST_ACCOUNTS` enterprises and apps. */
export function rekeyFixtures(fixtures: Fixtures, key: UniverseKey): Fixtures {
  const id = drawUniverseId(key);
  const { enterprises, apps } = fixtures;
  const accounts = [...enterprises, ...apps].map((_, index) => writeAccountId(id, index + 1));
  const businessIds = new Map(enterprises.map((entry, i) => [entry.id, accounts[i] ?? '']));
  const appIds = new Map(apps.map((app, i) => [app.id, accounts[enterprises.length + i] ?? '']));
  const businessIdOf = (entry: { readonly businessId: string }) => businessIds.get(entry.businessId) ?? '';
  const appIdOf = (entry: { readonly appId: string }) => appIds.get(entry.appId) ?? '';
  return {
    ...fixtures,
    enterprises: enterprises.map((entry) => ({ ...entry, id: businessIds.get(entry.id) ?? '' })),
    apps: apps.map((app, i) => ({
      ...app,
      id: appIds.get(app.id) ?? '',
      businessId: businessIdOf(app),
      ...drawCredentials(id, deriveChance(key.seed, 'universe-app', key.name, i)),
    })),
    lines: fixtures.lines.map((line) => ({ ...line, businessId: businessIdOf(line) })),
    robots: fixtures.robots.map((robot) => ({ ...robot, businessId: businessIdOf(robot) })),
    voices: fixtures.voices.map((voice) => ({ ...voice, businessId: businessIdOf(voice) })),
    urls: fixtures.urls.map(({ appId, ...url }) => ({
      ...url,
      businessId: businessIdOf(url),
      ...(appId === undefined ? null : { appId: appIdOf({ appId }) }),
    })),
    tasks: fixtures.tasks.map((task) => ({ ...task, appId: appIdOf(task) })),
    sipAccounts: fixtures.sipAccounts.map((account) => ({
      ...account,
      user: `${account.user}-${id}`,
      appId: appIdOf(account),
    })),
  };
}

function writeAccountId(id: string, number: number): string {
  return id + String(number).padStart(NUMBER_DIGITS, '0');
}

/** In the form of the platform's own (doc, seed 001): base64 of a UUID, and of 32 upper-case hexadecimal digits. */
function drawCredentials(id: string, chance: Chance): { appKey: string; appSecret: string } {
  const rest = drawHex(chance, 'key', 9);
  const uuid = `${id.slice(0, 8)}-${id.slice(8)}-4${rest.slice(0, 3)}-a${rest.slice(3, 6)}-${rest.slice(6)}`;
  const secret = drawHex(chance, 'secret', 16).toUpperCase();
  return { appKey: toBase64(uuid), appSecret: toBase64(secret) };
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}
