import type { Database } from '../store/database.ts';
import type { App, Enterprise, Fixtures, Line, Module, Robot, UrlEntry, Voice } from './account.ts';
import { NumberSet } from './number-set.ts';
import { internRevision, lastRevision, loadRevision } from './revision.ts';

/** State of a platform operation, set through the control API. */
export type EndpointState = 'open' | 'maintenance' | 'disabled';

interface Overrides {
  readonly enabled?: boolean;
  readonly balance?: number | null;
}

/**
 * Everything that belongs to the enterprises: read from the fixtures, overlaid by what was changed since.
 * Changes are written at once; what they overlay stays in the fixtures.
 */
export class Accounts {
  readonly fixtures: Fixtures;
  readonly #database: Database;
  readonly #enterprises: Map<string, Enterprise>;
  readonly #apps: Map<string, App>;
  readonly #appByKey: Map<string, App>;
  readonly #lines: Map<string, Line>;
  readonly #robots: Map<string, Robot>;
  readonly #revisions = new Map<number, Robot>();
  readonly #revisionOf = new Map<string, number>();
  readonly #urls = new Map<string, readonly UrlEntry[]>();
  readonly #endpoints = new Map<string, EndpointState>();
  readonly #sensitive: NumberSet;
  readonly #sipUserOf: Map<string, string>;

  constructor(fixtures: Fixtures, database: Database) {
    this.fixtures = fixtures;
    this.#database = database;
    this.#enterprises = new Map(fixtures.enterprises.map((entry) => [entry.id, { ...entry }]));
    this.#apps = new Map(fixtures.apps.map((app) => [app.id, { ...app }]));
    this.#appByKey = new Map([...this.#apps.values()].map((app) => [app.appKey, app]));
    this.#lines = new Map(fixtures.lines.map((line) => [line.lineNum, line]));
    this.#robots = new Map(fixtures.robots.map((robot) => [robot.robotId, robot]));
    this.#sensitive = new NumberSet(fixtures.sensitiveNumbers);
    this.#sipUserOf = new Map(
      fixtures.sipAccounts.flatMap(({ user, numbers }) => numbers.map((number) => [number, user] as const)),
    );
    for (const enterprise of fixtures.enterprises) {
      this.#urls.set(
        enterprise.id,
        fixtures.urls.filter((entry) => entry.businessId === enterprise.id),
      );
    }
    this.#overlay();
  }

  enterprise(id: string): Enterprise | undefined {
    return this.#enterprises.get(id);
  }

  enterprises(): Enterprise[] {
    return [...this.#enterprises.values()];
  }

  app(id: string): App | undefined {
    return this.#apps.get(id);
  }

  apps(): App[] {
    return [...this.#apps.values()];
  }

  appByKey(appKey: string): App | undefined {
    return this.#appByKey.get(appKey);
  }

  line(lineNum: string): Line | undefined {
    return this.#lines.get(lineNum);
  }

  lines(businessId: string): Line[] {
    return [...this.#lines.values()].filter((line) => line.businessId === businessId);
  }

  robot(robotId: string): Robot | undefined {
    return this.#robots.get(robotId);
  }

  robots(businessId: string): Robot[] {
    return [...this.#robots.values()].filter((robot) => robot.businessId === businessId);
  }

  voices(businessId: string): Voice[] {
    return this.fixtures.voices.filter((voice) => voice.businessId === businessId);
  }

  /** The SIP account whose phone a call number rings (spec 4.4). */
  sipUserOf(number: string): string | undefined {
    return this.#sipUserOf.get(number);
  }

  isSensitive(number: string): boolean {
    return this.#sensitive.has(number);
  }

  /** The number of the robot's present revision; written when it is first used. */
  revisionOf(robot: Robot): number {
    let revision = this.#revisionOf.get(robot.robotId);
    if (revision === undefined) {
      revision = internRevision(this.#database, robot);
      this.#revisionOf.set(robot.robotId, revision);
      this.#revisions.set(revision, robot);
    }
    return revision;
  }

  /** A robot that rows were submitted for; if the fixtures have it no more, as it was last. */
  robotOfRows(robotId: string): Robot | null {
    const robot = this.#robots.get(robotId);
    if (robot !== undefined) return robot;
    const last = lastRevision(this.#database, robotId);
    return last === null ? null : this.robotAt(last);
  }

  /** The robot as it was in that revision; revisions never change. */
  robotAt(revision: number): Robot {
    let robot = this.#revisions.get(revision);
    if (robot === undefined) {
      robot = loadRevision(this.#database, revision);
      this.#revisions.set(revision, robot);
    }
    return robot;
  }

  urls(businessId: string): readonly UrlEntry[] {
    return this.#urls.get(businessId) ?? [];
  }

  setUrls(businessId: string, urls: readonly UrlEntry[]): void {
    this.#urls.set(businessId, urls);
    this.#save('urls', businessId, { over: this.#fixtureUrls(businessId), urls });
  }

  /** The address for a module: module+app+robot, module+robot, module+app, module (spec 3.4). */
  urlFor(module: Module, call: { businessId: string; appId: string; robotId: string }): string | null {
    let best: UrlEntry | undefined;
    let bestRank = -1;
    for (const entry of this.urls(call.businessId)) {
      if (entry.module !== module || !entry.enabled) continue;
      if (entry.appId !== undefined && entry.appId !== call.appId) continue;
      if (entry.robotId !== undefined && entry.robotId !== call.robotId) continue;
      const rank = (entry.robotId === undefined ? 0 : 2) + (entry.appId === undefined ? 0 : 1);
      if (rank > bestRank) {
        best = entry;
        bestRank = rank;
      }
    }
    return best?.url ?? null;
  }

  endpointState(operation: string): EndpointState {
    return this.#endpoints.get(operation) ?? 'open';
  }

  endpointStates(): ReadonlyMap<string, EndpointState> {
    return this.#endpoints;
  }

  setEndpointState(operation: string, state: EndpointState): void {
    this.#endpoints.set(operation, state);
    this.#save('endpoint', operation, state);
  }

  setAppEnabled(app: App, enabled: boolean): void {
    app.enabled = enabled;
    this.#save('app', app.id, { enabled });
  }

  /** @param balance minutes; null = unlimited */
  setEnterprise(
    enterprise: Enterprise,
    change: { enabled?: boolean | undefined; balance?: number | null | undefined },
  ): void {
    if (change.enabled !== undefined) enterprise.enabled = change.enabled;
    if (change.balance !== undefined) enterprise.balance = change.balance;
    this.#save('enterprise', enterprise.id, { enabled: enterprise.enabled, balance: enterprise.balance });
  }

  #save(kind: string, key: string, value: unknown): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO setting VALUES(?, ?, ?)')
      .run(kind, key, JSON.stringify(value));
  }

  /** Addresses that were put over other fixtures (or another `--push-url`) than today's are out of date. */
  #overlayUrls(businessId: string, { over, urls }: { over: string; urls: UrlEntry[] }): void {
    if (over === this.#fixtureUrls(businessId)) this.#urls.set(businessId, urls);
  }

  #fixtureUrls(businessId: string): string {
    return JSON.stringify(this.fixtures.urls.filter((entry) => entry.businessId === businessId));
  }

  #overlay(): void {
    const rows = this.#database
      .prepare<{ kind: string; key: string; value: string }>('SELECT * FROM setting')
      .all();
    for (const { kind, key, value } of rows) {
      const parsed: unknown = JSON.parse(value);
      if (kind === 'urls') this.#overlayUrls(key, parsed as { over: string; urls: UrlEntry[] });
      else if (kind === 'endpoint') this.#endpoints.set(key, parsed as EndpointState);
      else if (kind === 'app') Object.assign(this.#apps.get(key) ?? {}, parsed as Overrides);
      else if (kind === 'enterprise') Object.assign(this.#enterprises.get(key) ?? {}, parsed as Overrides);
    }
  }
}
