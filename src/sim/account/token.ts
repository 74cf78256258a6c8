import { timingSafeEqual } from 'node:crypto';
import { type Chance, deriveChance, drawHex } from '../random.ts';
import { Refusal } from '../refusal.ts';
import type { World } from '../world.ts';
import type { App, Enterprise } from './account.ts';

/** Whoever a token speaks for. */
export interface Account {
  readonly app: App;
  readonly enterprise: Enterprise;
}

/** Tokens are looked up on every request, so each world remembers those it has seen. */
const seen = new WeakMap<World, Map<string, TokenRow>>();
const MOST_SEEN = 10_000;

interface TokenRow {
  token: string;
  app_id: string;
  expires_at: number;
}

/**
 * Issues a token, or the one that is still valid (spec 1.2; reuse is seen).
 * @returns seconds left, rounded up, never 0
 * @throws Refusal wrong-credentials
 */
export function issueToken(
  world: World,
  appKey: string,
  appSecret: string,
): { token: string; expiresIn: number } {
  const app = world.accounts.appByKey(appKey);
  // Compared even if the key is unknown, so that the time taken tells nothing.
  const matches = sameText(appSecret, app?.appSecret ?? '');
  if (app === undefined || !matches) {
    throw new Refusal('wrong-credentials', 'no app has this app_key and app_secret');
  }
  const last = world.database
    .prepare<TokenRow>('SELECT * FROM token WHERE app_id = ? ORDER BY expires_at DESC LIMIT 1')
    .get(app.id);
  if (world.config.token.reuse && last !== undefined && world.now < last.expires_at) {
    return { token: last.token, expiresIn: Math.ceil((last.expires_at - world.now) / 1000) };
  }
  world.database.prepare('DELETE FROM token WHERE expires_at < ?').run(world.now - 86_400_000);
  const serial = world.takeNumber('token');
  const token = writeToken(world, deriveChance(world.seed, 'token', app.id, serial));
  const expiresAt = world.now + world.config.token.ttl * 1000;
  world.database.prepare('INSERT INTO token VALUES(?, ?, ?)').run(token, app.id, expiresAt);
  return { token, expiresIn: world.config.token.ttl };
}

/** @throws Refusal invalid-token, app-disabled, wrong-enterprise */
export function authenticate(world: World, token: string | null): Account {
  const row = token === null ? undefined : findToken(world, token);
  const app = row === undefined ? undefined : world.accounts.app(row.app_id);
  if (row === undefined || app === undefined)
    throw new Refusal('invalid-token', 'the token in the query is missing or unknown');
  if (world.now >= row.expires_at) throw new Refusal('invalid-token', 'the token has expired');
  if (!app.enabled) throw new Refusal('app-disabled', `app ${app.id} is disabled`);
  const enterprise = world.accounts.enterprise(app.businessId);
  if (!enterprise?.enabled) throw new Refusal('wrong-enterprise', `enterprise ${app.businessId} is disabled`);
  return { app, enterprise };
}

/** 32 lower-case hexadecimal digits (seen); the first ones are the universe's id, if it has one. */
function writeToken({ config: { universe } }: World, chance: Chance): string {
  return universe + drawHex(chance, 'token', 16).slice(universe.length);
}

function findToken(world: World, token: string): TokenRow | undefined {
  const known = seen.get(world) ?? new Map<string, TokenRow>();
  seen.set(world, known);
  const row =
    known.get(token) ?? world.database.prepare<TokenRow>('SELECT * FROM token WHERE token = ?').get(token);
  if (row === undefined) return undefined;
  if (known.size >= MOST_SEEN) known.clear();
  known.set(token, row);
  return row;
}

/** Tokens that have not been removed yet, in the order of their texts. @param after only those that come after it */
export function listTokens(
  world: World,
  page: { readonly after: string; readonly limit: number },
): { token: string; appId: string; expiresAt: number }[] {
  return world.database
    .prepare<TokenRow>('SELECT * FROM token WHERE token > ? ORDER BY token LIMIT ?')
    .all(page.after, page.limit)
    .map((row) => ({ token: row.token, appId: row.app_id, expiresAt: row.expires_at }));
}

/** Ends a token now. @returns false if there is none */
export function expireToken(world: World, token: string): boolean {
  const found = world.database.prepare('SELECT 1 FROM token WHERE token = ?').get(token) !== undefined;
  seen.get(world)?.delete(token);
  world.database
    .prepare('UPDATE token SET expires_at = min(expires_at, ?) WHERE token = ?')
    .run(world.now, token);
  return found;
}

function sameText(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length ? timingSafeEqual(a, b) : timingSafeEqual(a, a) && false;
}
