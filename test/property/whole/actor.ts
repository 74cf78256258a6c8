import { OPERATIONS } from '../../../src/server/platform/index.ts';
import type { Simulation } from '../../../src/sim/simulation.ts';
import { takeBreaches } from '../../support/contract/breach.ts';
import type { Json } from '../../support/simulator.ts';
import { dumpWithoutWall, rowsOf } from '../../support/stage.ts';
import { findBreaches, findIllegalMoves } from '../invariant.ts';
import { findContradictions, type Sight } from './audit.ts';
import type { Command } from './command.ts';
import { type Expected, expectCallout, expectTaskAnswer, type Situation } from './oracle.ts';
import { REFUSALS } from './refused.ts';
import { type Ask, ask, type Door, type Reply } from './wire.ts';

export interface ActorOptions {
  readonly door: Door;
  /** `/_sim`, or that of a universe. */
  readonly prefix: string;
  readonly app: Readonly<Record<'appKey' | 'appSecret' | 'appId' | 'businessId', string>>;
  /** A universe that is made again is another one. */
  simulation(): Simulation;
  /** What made the universe; null: it is none. */
  readonly universe: object | null;
  readonly lines: Sight['lines'] & Situation['lines'];
  /** False: it is only done, and nothing is looked at. */
  readonly isWatched: boolean;
  /** Others ask at the same time: what one request does cannot be told apart. */
  readonly isRushed?: boolean;
}

/** Answers below `/_sim` that do not mean that nothing has happened. */
const MOVED = ['not-idle', 'wait-timeout', 'clock-reset'];
const UNKNOWN = 'none';

/** Somebody who uses one simulator, the default one or a universe, and looks at every answer with suspicion. */
export class Actor {
  /** What it was answered, without what only the wall clock knows. */
  readonly told: string[] = [];
  /** What happened: `start 0`, `hangUp 409`. */
  readonly seen: string[] = [];
  readonly #options: ActorOptions;
  readonly #tasks: string[] = [];
  #token: string | null = null;
  #isResent = false;
  #hasForgotten = false;

  constructor(options: ActorOptions) {
    this.#options = options;
  }

  /** The same somebody, who goes on at a simulator that has the state of this one. */
  goOn(change: Pick<ActorOptions, 'door' | 'simulation'>): Actor {
    const other = new Actor({ ...this.#options, ...change });
    other.#tasks.push(...this.#tasks);
    other.#token = this.#token;
    other.#isResent = this.#isResent;
    // Journals are not durable.
    other.#hasForgotten = true;
    return other;
  }

  /** The state without what only the wall clock knows. */
  dump(): string {
    return dumpWithoutWall(this.#options.simulation().dump());
  }

  /** Does one command. @throws Error with everything that is wrong about what came of it */
  async take(command: Command): Promise<void> {
    const facts: Parameters<typeof findIllegalMoves>[0][number][] = [];
    const simulation = this.#options.simulation();
    // A wait takes the one place of a listener.
    if (this.#isAlone && command.do !== 'waitForCall') simulation.onFacts((told) => facts.push(...told));
    await this.#renewToken();
    const reply = await this.#do(command);
    this.seen.push(`${command.do} ${codeOf(reply)}`);
    // In the middle of somebody's advance files are being written, and pushes are under way.
    if (!this.#isAlone) return;
    fail([...this.findBreaches(), ...findIllegalMoves(facts)]);
  }

  /** What is wrong about the state, a line each. */
  findBreaches(): string[] {
    const { lines } = this.#options;
    const simulation = this.#options.simulation();
    if (simulation.fault !== null) throw new Error('the simulation stands', { cause: simulation.fault });
    const state = { dump: this.dump(), now: simulation.clock.target, lines, isResent: this.#isResent };
    return [...findBreaches(state), ...takeBreaches()];
  }

  /** Lets happen what is due, and time stand still. */
  async stand(): Promise<void> {
    await this.#control('/clock', { method: 'PUT', body: { mode: 'manual' } });
    await this.#control('/clock/advance', { body: { by: '0s' } });
  }

  /** Takes away what it put in the way, and lets all that is left happen. @returns the failure files, path by path */
  async settle(): Promise<string[]> {
    await this.#clearAway();
    const idle = await this.#control('/clock/advance', { body: { until: 'idle' } });
    if (idle.status !== 200) throw new Error(`not idle: ${idle.text}`);
    const midnight = this.#now - ((this.#now + 8 * 3_600_000) % 86_400_000) + 86_400_000;
    await this.#control('/clock/advance', { body: { to: midnight } });
    await this.#renewToken();
    await this.look();
    const owed = await this.#items('/pushes?state=owed');
    const live = await this.#items('/calls?state=live');
    fail([...owed, ...live].map((one) => `left when idle: ${JSON.stringify(one).slice(0, 300)}`));
    const { body } = await this.#platform('push/failed', { body: {} });
    return body.result.url ?? [];
  }

  /** Settled pushes were owed again by hand. */
  get isResent(): boolean {
    return this.#isResent;
  }

  /** Pushes that failed within the days whose files are offered. */
  async failed(): Promise<Json[]> {
    const since = this.#now - 7 * 86_400_000;
    const failed = await this.#items('/pushes?state=failed');
    return failed.filter(({ failedAtMs }) => failedAtMs >= since);
  }

  /** Compares what the interfaces show, if the platform answers. @throws Error */
  async look(): Promise<Reply> {
    const { app, lines } = this.#options;
    const queried: Json[] = [];
    for (let page = 1; ; page++) {
      const body = {
        page_size: 50,
        page_index: page,
        show_remaining: true,
        sort_name: 'ID',
        sort_order: 'ASC',
      };
      const reply = await this.#platform('task/query', { body });
      if (reply.body?.code !== 0) return reply;
      queried.push(...reply.body.result.rows);
      if (queried.length >= reply.body.result.total_rows) break;
    }
    const tasks = await this.#items(`/tasks?businessId=${app.businessId}`);
    const rows = new Map<string, readonly Json[]>();
    for (const { taskId } of tasks) rows.set(taskId, await this.#items(`/tasks/${taskId}/rows`));
    const calls = await this.#items('/calls');
    const live = await this.#items('/calls?state=live');
    const pushes = await this.#items('/pushes');
    const received = this.#hasForgotten ? null : await this.#list('/receiver');
    fail(findContradictions({ now: this.#now, lines, queried, tasks, rows, calls, live, pushes, received }));
    return this.#control('/clock', { method: 'GET' });
  }

  get #now(): number {
    return this.#options.simulation().clock.target;
  }

  async #do(command: Command): Promise<Reply> {
    const { app } = this.#options;
    switch (command.do) {
      case 'create':
        return this.#create(command);
      case 'start':
      case 'pause':
      case 'delete': {
        const taskId = pick(this.#tasks.toReversed(), command.task);
        const wanted = (situation: Situation) => expectTaskAnswer(command.do, taskId, situation);
        return this.#expect(`task/${command.do}`, { task_id: taskId }, wanted);
      }
      case 'insert': {
        const taskId = pick(this.#tasks.toReversed(), command.task);
        const wanted = (situation: Situation) => expectTaskAnswer('insert', taskId, situation);
        return this.#expect('task/insert', { task_id: taskId, ...rowsOf(command.numbers) }, wanted);
      }
      case 'callout': {
        const { line, robot } = command;
        const fields = { line_num: line, robot_id: robot, ...rowsOf(command.numbers, robot) };
        return this.#expect('task/callout', fields, (situation) => expectCallout(line, situation));
      }
      case 'query':
        return this.#platform('task/query', { body: { task_status_list: [2, 3, 4], sort_name: 'name' } });
      case 'config':
        return this.#platform('config/query', { body: {} });
      case 'failed':
        return this.#platform('push/failed', { body: {} });
      case 'token':
        return this.#platform('token', { body: { app_key: app.appKey, app_secret: app.appSecret } });
      case 'refused':
        return this.#beRefused(command.how);
      case 'rule':
        return this.#control('/rules', { body: command.rule });
      case 'fault':
        return this.#control('/faults', { body: command.fault });
      case 'noRules':
        return this.#control('/rules', { method: 'DELETE' });
      case 'noFaults':
        return this.#control('/faults', { method: 'DELETE' });
      case 'dropRule':
      case 'dropFault': {
        const list = command.do === 'dropRule' ? '/rules' : '/faults';
        const ids = (await this.#items(list)).map(({ id }) => id);
        return this.#control(`${list}/${pick(ids, command.which)}`, { method: 'DELETE' });
      }
      case 'callIn': {
        const { line: lineNum, robot: robotId } = command;
        const body = { robotId, appId: app.appId, caller: '13900000001', callRelationId: 'r-1', lineNum };
        return this.#control('/calls', { body });
      }
      case 'hangUp':
      case 'say': {
        const calls = (await this.#items('/calls?state=live')).map(({ callUuid }) => callUuid);
        const path = `/calls/${pick(calls, command.call)}`;
        return command.do === 'hangUp'
          ? this.#control(`${path}/hangup`)
          : this.#control(`${path}/say`, { body: { text: '好的' } });
      }
      case 'resend': {
        const ids = (await this.#items('/pushes')).map(({ id }) => id);
        this.#isResent = true;
        return this.#control(`/pushes/${pick(ids, command.push)}/resend`);
      }
      case 'resendAll':
        this.#isResent = true;
        return this.#control('/pushes/resend', {
          body: { module: command.module, failedOnly: command.failedOnly },
        });
      case 'urls': {
        const base = command.isDead ? 'http://127.0.0.1:1' : '/_sim/receiver';
        const urls = command.urls.map((module) => ({ module, url: `${base}/${module}` }));
        return this.#control('/urls', { method: 'PUT', body: { businessId: app.businessId, urls } });
      }
      case 'enterprise':
        return this.#control(`/enterprises/${app.businessId}`, { body: command.body });
      case 'clearAway':
        return this.#clearAway();
      case 'app':
        return this.#control(`/apps/${app.appId}`, { body: { enabled: command.enabled } });
      case 'endpoint': {
        const path = `/endpoints/${encodeURIComponent(command.name)}`;
        return this.#control(path, { method: 'PUT', body: { state: command.state } });
      }
      case 'expireToken':
        return this.#control(`/tokens/${this.#token ?? UNKNOWN}/expire`);
      case 'closeFiles':
        return this.#control('/push-files/close');
      case 'forgetReceived':
        this.#hasForgotten = true;
        return this.#control('/receiver', { method: 'DELETE' });
      case 'waitForCall': {
        const calls = (await this.#items('/calls?state=live')).map(({ callUuid }) => callUuid);
        const where = { callUuid: pick(calls, command.call) };
        // One that is live ends sooner or later, so that no wall time decides; unless somebody resets it away.
        const isSure = calls.length > 0 && this.#options.isRushed !== true;
        return this.#control('/wait', {
          body: { for: 'call', where, advance: calls.length > 0, timeout: isSure ? '1m' : '20ms' },
        });
      }
      case 'reset': {
        const reply = await this.#control('/reset', { body: { seed: command.seed } });
        this.#forget();
        return reply;
      }
      case 'endAndMake':
        return this.#endAndMake();
      case 'clock':
        return this.#control('/clock', { method: 'PUT', body: { mode: command.mode } });
      case 'overlap':
        return this.#control('/clock/advance', { body: { by: command.by, overlap: true } });
      case 'waitForPush':
        return this.#control('/wait', { body: { for: 'push', advance: true, timeout: '20ms' } });
      case 'advance':
        return this.#control('/clock/advance', { body: command.target });
      case 'look':
        // Between two requests of one who compares, others have theirs.
        return this.#options.isRushed === true ? this.#control('/clock', { method: 'GET' }) : this.look();
    }
  }

  /** The same name and seed make the same universe, where nothing has happened. */
  async #endAndMake(): Promise<Reply> {
    const { universe, prefix, app, isRushed = false } = this.#options;
    // Whoever else is at it would be told that there is none.
    if (universe === null || isRushed) return this.#control('/clock', { method: 'GET' });
    await ask(this.#options.door, prefix, { method: 'DELETE' });
    const gone = await ask(this.#options.door, `${prefix}/health`, { method: 'GET' });
    if (gone.status !== 404) throw new Error(`it is there: ${gone.text}`);
    const made = await ask(this.#options.door, '/_sim/universes', { body: universe });
    this.told.push(made.text);
    if (made.body.appSecret !== app.appSecret || !prefix.endsWith(made.body.id))
      throw new Error(`another universe is made: ${made.text}`);
    this.#forget();
    return made;
  }

  /** Takes away what it put in its own way. @returns the last answer */
  async #clearAway(): Promise<Reply> {
    const { app } = this.#options;
    await this.#control('/faults', { method: 'DELETE' });
    await this.#control(`/enterprises/${app.businessId}`, { body: { enabled: true, balance: null } });
    for (const { name } of OPERATIONS) {
      await this.#control(`/endpoints/${encodeURIComponent(name)}`, {
        method: 'PUT',
        body: { state: 'open' },
      });
    }
    return this.#control(`/apps/${app.appId}`, { body: { enabled: true } });
  }

  #forget(): void {
    this.#tasks.length = 0;
    this.#token = null;
    this.#isResent = false;
    this.#hasForgotten = false;
  }

  async #create(task: Extract<Command, { do: 'create' }>): Promise<Reply> {
    const created = await this.#platform('task/create', {
      body: {
        task_name: '任务',
        line_num: task.lines,
        robot_id: '719',
        time_begin: this.#now + task.begin,
        time_end: task.end === null ? undefined : this.#now + Math.max(task.end, task.begin + 1000),
        recall_count: task.recalls,
        time_recall_wait: task.recallWait,
        time_range: task.range,
        trubo_mode: task.turbo,
      },
    });
    if (created.body?.code !== 0) return created;
    const { task_id } = created.body.result;
    this.#tasks.push(task_id);
    let reply = created;
    if (task.numbers.length > 0)
      reply = await this.#platform('task/insert', { body: { task_id, ...rowsOf(task.numbers) } });
    if (!task.start) return reply;
    reply = await this.#expect('task/start', { task_id }, (situation) =>
      expectTaskAnswer('start', task_id, situation),
    );
    return task.run === null ? reply : this.#control('/clock/advance', { body: { by: task.run } });
  }

  async #beRefused(how: keyof typeof REFUSALS): Promise<Reply> {
    const { operation, path, ask: what, token, expected } = REFUSALS[how];
    // Whoever does not say whose he is belongs to the default simulator.
    const isNobody = token !== undefined || path?.startsWith('/openapi/');
    if (isNobody && this.#options.prefix !== '/_sim') return this.#beRefused('controlUnknownRule');
    const isCalm = this.#isAlone && (await this.#situation()) !== null;
    let reply: Reply;
    if (operation !== undefined) reply = await this.#platform(operation, what, token);
    else if (path?.startsWith('/openapi/')) reply = await this.#tell(path, what);
    else reply = await this.#control(path ?? '', what);
    if (codeOf(reply) === '0') throw new Error(`${how} is taken`);
    // A line that is held, or hours, may come before what is wrong.
    const mayBe = [String(expected), ...(operation === 'task/callout' ? ['3030002'] : [])];
    if (isCalm && !mayBe.includes(codeOf(reply))) throw new Error(`${how} is answered ${reply.text}`);
    return reply;
  }

  /** Asks the platform, where the answer can be told before. */
  async #expect(
    operation: string,
    fields: object,
    by: (situation: Situation) => Expected | null,
  ): Promise<Reply> {
    const situation = this.#isAlone ? await this.#situation() : null;
    const reply = await this.#platform(operation, { body: fields });
    const expected = situation === null ? null : by(situation);
    if (expected === null) return reply;
    const text = `${operation} ${JSON.stringify(fields)} answers ${reply.text}, expected ${JSON.stringify(expected)}`;
    if (reply.body?.code !== expected.code) throw new Error(text);
    const taskId = (fields as { task_id?: string }).task_id;
    if (expected.statuses === undefined || taskId === undefined) return reply;
    const { body } = await this.#ask(`/tasks/${taskId}`, { method: 'GET' });
    if (!expected.statuses.includes(body.status)) throw new Error(`${text}; its status is ${body.status}`);
    if (operation === 'task/delete' && reply.body.code === 0 && !(body.deleted && body.liveCount === 0))
      throw new Error(`${text}; it is ${JSON.stringify(body)}`);
    return reply;
  }

  /** Null: a switch, fault or balance stands in the way. */
  async #situation(): Promise<Situation | null> {
    const { app, lines } = this.#options;
    if ((await this.#list('/faults')).length > 0 || this.#token === null) return null;
    const isOpen = (await this.#list('/endpoints')).every(({ state }) => state === 'open');
    const own = (await this.#list('/apps')).find(({ appId }) => appId === app.appId);
    const enterprise = (await this.#list('/enterprises')).find(
      ({ businessId }) => businessId === app.businessId,
    );
    if (!isOpen || !own.enabled || !enterprise.enabled || enterprise.balance !== null) return null;
    return { now: this.#now, tasks: await this.#list('/tasks'), lines };
  }

  /** Before a command, so that a refused one has changed nothing. */
  async #renewToken(): Promise<void> {
    const { appKey, appSecret } = this.#options.app;
    const tokens = await this.#items('/tokens');
    if (tokens.some(({ token, valid }) => valid && token === this.#token)) return;
    const { body } = await this.#platform('token', { body: { app_key: appKey, app_secret: appSecret } });
    this.#token = body?.result?.token ?? null;
  }

  #platform(operation: string, what: Ask, token = this.#token): Promise<Reply> {
    const { path = '' } = OPERATIONS.find(({ name }) => name === operation) ?? {};
    const query = token === null || operation === 'token' ? '' : `?token=${token}`;
    return this.#tell(`${path}${query}`, what);
  }

  #control(path: string, what: Ask = {}): Promise<Reply> {
    return this.#tell(`${this.#options.prefix}${path}`, what);
  }

  /** All of a list. */
  async #items(path: string): Promise<Json[]> {
    return readAll(path, (page) => this.#control(page, { method: 'GET' }));
  }

  /** Asks, and keeps the answer. @throws Error if the request was refused and has changed something */
  async #tell(path: string, what: Ask): Promise<Reply> {
    const before = this.#isAlone ? this.#dumpWithoutFaults() : '';
    const reply = await ask(this.#options.door, path, what);
    this.told.push(`${reply.status} ${reply.text}`);
    const simulation = this.#options.simulation();
    if (reply.status === 500 || (reply.body?.code === 10004 && !simulation.hasFaults() && this.#isAlone))
      throw new Error(`${path} answers ${reply.text}`);
    const isRefused = codeOf(reply) !== '0' && !MOVED.includes(reply.body?.error?.code);
    if (this.#isAlone && (isRefused || what.method === 'GET') && this.#dumpWithoutFaults() !== before)
      throw new Error(`${what.method ?? 'POST'} ${path} answers ${reply.text} and changes the state`);
    return reply;
  }

  /** Looks without being told of: replays do without it. */
  #ask(path: string, what: Ask): Promise<Reply> {
    return ask(this.#options.door, `${this.#options.prefix}${path}`, what);
  }

  #list(path: string): Promise<Json[]> {
    return readAll(path, (page) => this.#ask(page, { method: 'GET' }));
  }

  get #isAlone(): boolean {
    return this.#options.isWatched && this.#options.isRushed !== true;
  }

  /** A fault that strikes counts down, whatever it does to the request. */
  #dumpWithoutFaults(): string {
    const simulation = this.#options.simulation();
    const dump = simulation.dump();
    return simulation.hasFaults() ? JSON.stringify({ ...JSON.parse(dump), fault: null }) : dump;
  }
}

/** `0` if it went well; else the platform's code, an HTTP status, or that the network broke. */
function codeOf({ status, body }: Reply): string {
  if (body?.message !== undefined) return String(body.code);
  if (status === 0) return 'broken off';
  return status >= 200 && status < 300 ? '0' : String(status);
}

function pick(from: readonly string[], index: number): string {
  return from[index % Math.max(1, from.length)] ?? UNKNOWN;
}

async function readAll(path: string, read: (page: string) => Promise<Reply>): Promise<Json[]> {
  const items: Json[] = [];
  for (let next = ''; ; ) {
    const { body } = await read(next === '' ? path : `${path}${path.includes('?') ? '&' : '?'}after=${next}`);
    items.push(...body.items);
    if (body.next === null) return items;
    next = body.next;
  }
}

function fail(problems: readonly string[]): void {
  if (problems.length > 0) throw new Error(problems.slice(0, 20).join('\n'));
}
