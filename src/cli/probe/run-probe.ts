import { loadFixtures } from '../../load-fixtures.ts';
import type { Fixtures, Module } from '../../sim/account/account.ts';
import type { AttemptOutcome, HttpPort } from '../../sim/port.ts';
import { deriveChance } from '../../sim/random.ts';
import { judgeAnswer, openSender, TIMEOUT_MS, USER_AGENT } from '../sample/send.ts';
import { CASES, type Plan, type ProbeCase } from './case.ts';
import { sendSlowly } from './slow-send.ts';
import type { Target } from './target.ts';

/** What one receiver made of all cases. */
export interface ProbeReport {
  readonly target: string;
  /** None failed. */
  readonly ok: boolean;
  readonly cases: readonly CaseReport[];
}

export interface CaseReport {
  readonly name: string;
  readonly title: string;
  readonly result: 'passed' | 'failed' | 'skipped';
  /** Why nothing of it was sent; null: something was. */
  readonly reason: string | null;
  readonly pushes: number;
  /** Answered with `success` within 3 s. */
  readonly delivered: number;
  /** Wall ms of all of its pushes; null: none were sent. Of a body sent slowly, they count from its last byte. */
  readonly medianMs: number | null;
  readonly slowestMs: number | null;
  /** The same failure of the same module stands here once. */
  readonly failures: readonly Failure[];
}

export interface Failure {
  readonly module: Module;
  readonly error: string;
  readonly status: number | null;
  /** The answer's start. */
  readonly answer: string | null;
  readonly count: number;
}

export interface ProbeOptions {
  readonly targets: readonly Target[];
  readonly seed: number;
  /** Null: the built-in ones. */
  readonly fixturesFile: string | null;
  /** Told of each case as it ends. */
  readonly onCase: (target: string, report: CaseReport) => void;
  /** Told where nothing listens (any more), and how many cases are not tried for it. */
  readonly onGone: (origin: string, untried: number) => void;
}

/** Sends every case to every receiver, one after the other; whoever is gone gets no more. @throws VerbFailure, ConfigurationError */
export async function runProbe(options: ProbeOptions): Promise<ProbeReport[]> {
  const fixtures = await loadFixtures(options.fixturesFile ?? undefined);
  const sender = openSender();
  try {
    const reports: ProbeReport[] = [];
    for (const [index, target] of options.targets.entries())
      reports.push(await probeReceiver(target, { ...options, fixtures, sender, index }));
    return reports;
  } finally {
    await sender.close();
  }
}

interface Parts extends ProbeOptions {
  readonly fixtures: Fixtures;
  readonly sender: HttpPort;
  /** Of the receiver. */
  readonly index: number;
}

async function probeReceiver(
  { name: target, urls }: Target,
  { fixtures, seed, sender, index, onCase, onGone }: Parts,
): Promise<ProbeReport> {
  const businessId = fixtures.apps[0]?.businessId ?? '';
  const modules = new Set(Object.keys(urls) as Module[]);
  const cases: CaseReport[] = [];
  let goneFrom: string | null = null;
  for (const one of CASES) {
    if (goneFrom !== null) {
      cases.push(sumUp(one, [], `nothing listens at ${goneFrom}`));
      continue;
    }
    const own = deriveChance(seed, 'probe', index, one.name);
    const plan = await one.plan({ fixtures, businessId, seed: own, now: Date.now(), modules });
    const tried = await play(plan, { urls, sender });
    const report = sumUp(one, tried, 'no address for it');
    cases.push(report);
    onCase(target, report);
    goneFrom = findGone(plan, tried);
    if (goneFrom !== null) onGone(goneFrom, CASES.length - cases.length);
  }
  return { target, ok: cases.every(({ result }) => result !== 'failed'), cases };
}

/** A push that was sent. */
interface Tried {
  readonly module: Module;
  readonly url: string;
  readonly outcome: AttemptOutcome;
  /** Why it does not count; null: it does. */
  readonly error: string | null;
}

async function play(
  { bodies, way }: Plan,
  { urls, sender }: { readonly urls: Target['urls']; readonly sender: HttpPort },
): Promise<Tried[]> {
  const send = async (module: Module, url: string, body: string): Promise<Tried> => {
    const request = { url, body, timeoutMs: TIMEOUT_MS };
    const outcome = await (way === 'slowly'
      ? sendSlowly({ ...request, userAgent: USER_AGENT })
      : sender.attempt(request));
    return { module, url, outcome, error: judgeAnswer(module, outcome) };
  };
  const tries = bodies.flatMap(({ module, body }) => {
    const url = urls[module];
    return url === undefined ? [] : [() => send(module, url, body)];
  });
  return way === 'at-once' ? Promise.all(tries.map((one) => one())) : oneByOne(tries);
}

async function oneByOne(tries: readonly (() => Promise<Tried>)[]): Promise<Tried[]> {
  const tried: Tried[] = [];
  for (const one of tries) {
    const push = await one();
    tried.push(push);
    if (isRefused(push)) break;
  }
  return tried;
}

/** Nobody was there to take it: the connection was refused, or there is no such host. */
function isRefused({ outcome }: Tried): boolean {
  return /^(ECONNREFUSED|ENOTFOUND)\b/.test(outcome.error ?? '');
}

/** Where nothing listens; null: everywhere something does. Of many at once some may be refused by whoever is only busy. */
function findGone({ way }: Plan, tried: readonly Tried[]): string | null {
  const refused = tried.filter(isRefused);
  const [first] = way === 'at-once' && refused.length < tried.length ? [] : refused;
  return first === undefined ? null : new URL(first.url).origin;
}

/** @param why nothing was tried, if so */
function sumUp({ name, title }: ProbeCase, tried: readonly Tried[], why: string): CaseReport {
  const times = tried.map(({ outcome }) => outcome.tookMs).sort((a, b) => a - b);
  const delivered = tried.filter(({ error }) => error === null).length;
  return {
    name,
    title,
    result: tried.length === 0 ? 'skipped' : delivered === tried.length ? 'passed' : 'failed',
    reason: tried.length === 0 ? why : null,
    pushes: tried.length,
    delivered,
    medianMs: times[(times.length - 1) >> 1] ?? null,
    slowestMs: times.at(-1) ?? null,
    failures: groupFailures(tried),
  };
}

const ANSWER_CHARS = 200;

function groupFailures(tried: readonly Tried[]): Failure[] {
  const groups = new Map<string, Failure>();
  for (const { module, outcome, error } of tried) {
    if (error === null) continue;
    const key = `${module} ${error}`;
    const { status, answer } = outcome;
    const first = { module, error, status, answer: answer?.slice(0, ANSWER_CHARS) ?? null, count: 0 };
    const known = groups.get(key) ?? first;
    groups.set(key, { ...known, count: known.count + 1 });
  }
  return [...groups.values()];
}
