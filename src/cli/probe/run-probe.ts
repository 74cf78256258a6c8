import { loadFixtures } from '../../load-fixtures.ts';
import type { Module } from '../../sim/account/account.ts';
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
  /** `skipped`: the receiver has no address for what it sends. */
  readonly result: 'passed' | 'failed' | 'skipped';
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
  readonly onCase?: (target: string, report: CaseReport) => void;
}

/** Sends every case to every receiver, one after the other. @throws VerbFailure, ConfigurationError */
export async function runProbe(options: ProbeOptions): Promise<ProbeReport[]> {
  const { targets, seed, onCase } = options;
  const fixtures = await loadFixtures(options.fixturesFile ?? undefined);
  const businessId = fixtures.apps[0]?.businessId ?? '';
  const sender = openSender();
  try {
    const reports: ProbeReport[] = [];
    for (const [i, { name: target, urls }] of targets.entries()) {
      const modules = new Set(Object.keys(urls) as Module[]);
      const cases: CaseReport[] = [];
      for (const one of CASES) {
        const own = deriveChance(seed, 'probe', i, one.name);
        const plan = await one.plan({ fixtures, businessId, seed: own, now: Date.now(), modules });
        const report = await play(one, plan, { urls, sender });
        cases.push(report);
        onCase?.(target, report);
      }
      reports.push({ target, ok: cases.every(({ result }) => result !== 'failed'), cases });
    }
    return reports;
  } finally {
    await sender.close();
  }
}

/** A push that was sent. */
interface Tried {
  readonly module: Module;
  readonly outcome: AttemptOutcome;
  /** Why it does not count; null: it does. */
  readonly error: string | null;
}

async function play(
  { name, title }: ProbeCase,
  { bodies, way }: Plan,
  { urls, sender }: { readonly urls: Target['urls']; readonly sender: HttpPort },
): Promise<CaseReport> {
  const send = async (module: Module, url: string, body: string): Promise<Tried> => {
    const request = { url, body, timeoutMs: TIMEOUT_MS };
    const outcome = await (way === 'slowly'
      ? sendSlowly({ ...request, userAgent: USER_AGENT })
      : sender.attempt(request));
    return { module, outcome, error: judgeAnswer(module, outcome) };
  };
  const tries = bodies.flatMap(({ module, body }) => {
    const url = urls[module];
    return url === undefined ? [] : [() => send(module, url, body)];
  });
  const tried = way === 'at-once' ? await Promise.all(tries.map((one) => one())) : await oneByOne(tries);
  return { name, title, ...sumUp(tried) };
}

async function oneByOne(tries: readonly (() => Promise<Tried>)[]): Promise<Tried[]> {
  const tried: Tried[] = [];
  for (const one of tries) tried.push(await one());
  return tried;
}

function sumUp(tried: readonly Tried[]): Omit<CaseReport, 'name' | 'title'> {
  const times = tried.map(({ outcome }) => outcome.tookMs).sort((a, b) => a - b);
  const delivered = tried.filter(({ error }) => error === null).length;
  return {
    result: tried.length === 0 ? 'skipped' : delivered === tried.length ? 'passed' : 'failed',
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
