import { performance } from 'node:perf_hooks';
import { Hono } from 'hono';
import { getPath } from 'hono/utils/url';
import { checkEndpoint } from '../sim/account/endpoint.ts';
import { type Account, authenticate } from '../sim/account/token.ts';
import { type FaultEffect, takeFault } from '../sim/fault/fault.ts';
import { Refusal } from '../sim/refusal.ts';
import type { Simulation } from '../sim/simulation.ts';
import type { World } from '../sim/world.ts';
import { ClientGone, readBody } from './body.ts';
import { type Answer, answerOk, answerRefusal, type Result } from './platform/envelope.ts';
import { applyFault, NOBODY_TO_ANSWER, type PlatformContext, type PlatformEnv } from './platform/fault.ts';
import { findUncutId } from './platform/finding/cut-id.ts';
import { type Finding, writeFinding } from './platform/finding/finding.ts';
import { findNearest } from './platform/finding/nearest.ts';
import { OPERATIONS } from './platform/index.ts';
import { peekField, readFields } from './platform/input/body.ts';
import { type Body, parseBody } from './platform/input/json.ts';
import { type RequestJournal, writeLine } from './platform/journal.ts';
import type { Operation } from './platform/operation.ts';

/** A simulation and the journal beside it. */
interface Universe {
  readonly simulation: Pick<Simulation, 'clock' | 'execute' | 'hasFaults' | 'read'>;
  readonly journal: RequestJournal;
}

/** What a request says of where it belongs: a token, or for the token operation an `app_key`; null = nothing. */
type Credential = { readonly token: string | null } | { readonly appKey: unknown };

export interface PlatformOptions {
  /** Asked for each request, so that a reset may swap the simulation; unknown credentials fall to the default one. */
  findUniverse(credential: Credential): Universe;
  /** Told of every bug that reached the edge; the client sees 10004. */
  logError(error: unknown, message: string): void;
  /** Aborted when the server stops: ends what waits because of a fault rule. */
  readonly closing: AbortSignal;
}

/** doc: the text of 200211. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

const OPERATION_BY_PATH = new Map(OPERATIONS.map((operation) => [operation.path, operation]));

/** The path with repeated slashes collapsed: `//openapi/…` works (seen). For every app that the platform's is mounted in. */
export function collapseSlashes(request: Request): string {
  const path = getPath(request);
  return path.includes('//') ? path.replace(/\/{2,}/g, '/') : path;
}

/** The platform as its clients see it: everything under `/openapi/`. */
export function createPlatformApp(options: PlatformOptions): Hono<PlatformEnv> {
  const app = new Hono<PlatformEnv>({ getPath: collapseSlashes });
  return app.all('/openapi/*', (c) => serve(options, c));
}

/** A call on its way through the checks, and what its line in the journal is made of. */
interface PlatformCall {
  readonly c: PlatformContext;
  readonly operation: Operation | undefined;
  readonly token: string | null;
  readonly findings: Finding[];
  universe: Universe;
  at: number | null;
  appId: string | null;
  bytes: Uint8Array;
  /** Why it was refused. */
  refusal: string | null;
  /** Of the token that it was given. */
  tokenLifeMs: number | null;
}

const NO_FINDINGS: readonly string[] = [];

/** Every call gets an answer and a line in the journal, whatever happens. */
async function serve(options: PlatformOptions, c: PlatformContext): Promise<Response> {
  const startedAt = performance.now();
  const token = c.req.query('token') ?? null;
  const call: PlatformCall = {
    c,
    operation: OPERATION_BY_PATH.get(c.req.path),
    token,
    findings: [],
    universe: options.findUniverse({ token }),
    at: null,
    appId: null,
    bytes: new Uint8Array(),
    refusal: null,
    tokenLifeMs: null,
  };
  let answer: Answer;
  try {
    answer = await pass(options, call);
  } catch (error) {
    answer = refuse(options, call, error);
  }
  note(call, { code: answer.code, startedAt });
  return answer.response;
}

function note(call: PlatformCall, { code, startedAt }: { code: number | null; startedAt: number }): void {
  const { operation, appId, token, bytes: body, findings, refusal, tokenLifeMs: lifeMs } = call;
  const { journal, simulation } = call.universe;
  const at = call.at ?? simulation.clock.target;
  if (operation !== undefined && code !== null) {
    const { name, effect } = operation;
    const isManual = simulation.clock.mode === 'manual';
    const seen = {
      operation: name,
      effect,
      appId,
      token,
      body,
      code,
      lifeMs,
      wallAt: startedAt,
      at,
      isManual,
    };
    findings.push(...journal.habits.see(seen));
  }
  journal.add({
    at,
    operation: operation?.name ?? writeLine(call.c.req.path),
    appId,
    code,
    tookMs: performance.now() - startedAt,
    body,
    refusal: refusal === null ? null : writeLine(refusal),
    findings:
      findings.length === 0 ? NO_FINDINGS : findings.map((finding) => writeLine(writeFinding(finding))),
  });
}

/** All checks in the order of spec 1.3; the first that fails answers (choice). */
async function pass(options: PlatformOptions, call: PlatformCall): Promise<Answer> {
  const { c, operation } = call;
  // path, method: HTTP 404 with 10021, HTTP 405 with 10005 (choice)
  if (operation === undefined) {
    call.refusal = explainPath(c.req.path);
    return answerRefusal('endpoint-disabled', { status: 404 });
  }
  if (c.req.method !== 'POST') {
    call.refusal = `method: found ${c.req.method}, expected POST`;
    return answerRefusal('invalid-parameter', { status: 405, headers: { Allow: 'POST' } });
  }
  // body size
  const bytes = await readBody(c, MAX_BODY_BYTES);
  if (bytes === 'too-large') throw new Refusal('too-large', `body: over ${MAX_BODY_BYTES} bytes`);
  call.bytes = bytes;
  // universe: the body may tell it, and is judged only when its turn comes
  const body = readJson(bytes);
  if (operation.right === 'none' && !(body instanceof Refusal)) {
    call.universe = options.findUniverse({ appKey: peekField(body, 'app_key') });
  }
  const { simulation } = call.universe;
  // endpoint state, fault rules: a commit of its own, as a rule that was used up stays so if the call is refused
  if (simulation.hasFaults()) {
    const fault = await simulation.execute((world) => findFault(world, operation));
    const answer = fault && (await applyFault(fault, c, options.closing));
    if (answer) return answer;
  }
  // and all that is left, in one command
  const run = (world: World) => decide(world, call, operation, body);
  return answerOk(await (operation.effect === 'read' ? simulation.read(run) : simulation.execute(run)));
}

function explainPath(path: string): string {
  const nearest = findNearest(path, [...OPERATION_BY_PATH.keys()]);
  return `path: there is no such operation${nearest === null ? '' : `; ${nearest} is meant?`}`;
}

function findFault(world: World, operation: Operation): FaultEffect | null {
  checkEndpoint(world, operation.name);
  return takeFault(world, operation.name);
}

function decide(world: World, call: PlatformCall, operation: Operation, body: Body | Refusal): Result {
  call.at = world.now;
  checkEndpoint(world, operation.name);
  checkContentType(call);
  if (body instanceof Refusal) throw body;
  if (operation.right === 'none') {
    const input = readFields(operation.fields, body, call.findings);
    call.appId = world.accounts.appByKey(String(input.app_key))?.id ?? null;
    call.tokenLifeMs = world.config.token.ttl * 1000;
    return operation.run(world, null, input);
  }
  // token, app, enterprise
  const account = authenticate(world, call.token);
  call.appId = account.app.id;
  checkRight(operation, account);
  const input = readFields(operation.fields, body, call.findings);
  if (typeof input.task_id === 'string') noteCutId(world, call, { account, taskId: input.task_id });
  return operation.run(world, account, input);
}

/** An id that is nobody's, and would be somebody's if a JavaScript number had not cut it. */
function noteCutId(
  world: World,
  { findings }: PlatformCall,
  { account, taskId }: { readonly account: Account; readonly taskId: string },
): void {
  const uncut = findUncutId(taskId, (wire) => {
    const id = world.ids.parseTask(wire);
    return id !== null && world.task(id)?.businessId === account.enterprise.id;
  });
  if (uncut === null) return;
  findings.push({
    code: 'id-cut-by-number',
    message: `task_id ${taskId} is unknown; ${uncut} cut to a double`,
  });
}

/** Anything but a form with files is taken if the body is JSON: plain `curl -d` sends a form type (choice). */
function checkContentType({ c, findings }: PlatformCall): void {
  const type = c.req.header('content-type')?.toLowerCase() ?? '';
  if (type.startsWith('application/json')) return;
  if (type.startsWith('multipart/')) throw new Refusal('wrong-format', `content type ${type}`);
  findings.push({ code: 'content-type', message: type === '' ? 'none' : type });
}

/** An app of type 1 is inbound only (seen); it may ask for its configuration and its lost pushes (choice). */
function checkRight(operation: Operation, { app }: Account): void {
  if (operation.right === 'outbound' && app.type === 1) {
    throw new Refusal('no-right', `app ${app.id} is inbound only`);
  }
}

function readJson(bytes: Uint8Array): Body | Refusal {
  try {
    return parseBody(bytes);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

function refuse({ logError }: PlatformOptions, call: PlatformCall, error: unknown): Answer {
  if (error instanceof Refusal) {
    call.refusal = error.message;
    return answerRefusal(error.reason);
  }
  if (error instanceof ClientGone) {
    call.refusal = error.message;
    return NOBODY_TO_ANSWER;
  }
  // HTTP 500 with 10004, and never a stack trace to the client (choice).
  call.refusal = 'a bug of the simulator';
  logError(error, `${call.c.req.path} failed`);
  return answerRefusal('busy', { status: 500 });
}
