import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FarmOrder, FarmReport } from '../test/sip/media/farm.ts';
import { Outgoing, Peer } from '../test/sip/peer.ts';
import { ROOT, startProgram, stopProgram } from './process.ts';

const CALLS = 200;
const TALK_MS = 20_000;
const CAMPAIGN = 10_000;
const LINE = '69101408';

export interface SipLoad extends FarmReport {
  /** Of a core, by the whole process. */
  readonly cpuShare: number;
  /** Calls of the campaign that ended meanwhile. */
  readonly campaign: number;
  /** SIP calls that have ended as they should. */
  readonly ended: number;
}

/** 200 phones talk and listen for 20 s while a campaign of 10,000 calls runs, an hour in a minute. */
export async function measureSip(): Promise<SipLoad> {
  const folder = mkdtempSync(join(tmpdir(), 'yeta-sim-bench-sip-'));
  const fixtures = readFileSync(join(ROOT, 'fixtures', 'default.yaml'), 'utf8');
  const wide = fixtures.replace(new RegExp(`(lineNum: "${LINE}".*concurrents: )\\d+`), `$1${2 * CALLS}`);
  writeFileSync(join(folder, 'fixtures.yaml'), wide);
  writeFileSync(join(folder, 'config.yaml'), 'sip: { inviteAuth: none, ringMs: 1 }\nclock: x60\n');
  const args = ['start', '--port', '0', '--sip-port', '0', '--data-dir', join(folder, 'data')];
  const files = ['--fixtures', join(folder, 'fixtures.yaml'), '--config', join(folder, 'config.yaml')];
  const { child, match } = await startProgram(
    [join(ROOT, 'bin', 'yeta-sim.mjs'), ...args, ...files],
    /ready on (http:\S+)/,
  );
  try {
    return await load(match[1] ?? '', child.pid ?? 0);
  } finally {
    await stopProgram(child);
    rmSync(folder, { recursive: true });
  }
}

async function load(url: string, pid: number): Promise<SipLoad> {
  const { ports } = await ask<{ ports: { sip: number } }>(`${url}/_sim/health`);
  await using peer = await Peer.open('udp', ports.sip);
  await using farm = new Worker(new URL('../test/sip/media/farm.ts', import.meta.url), { workerData: CALLS });
  const [phones] = (await once(farm, 'message')) as [number[]];
  const taskId = await startCampaign(url);
  const rtp: number[] = [];
  const calls: Outgoing[] = [];
  for (const port of phones) {
    const body = `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${port} RTP/AVP 8\r\n`;
    const call = Outgoing.start(peer, { body });
    const answer = await call.connect();
    rtp.push(Number(/m=audio (\d+)/.exec(answer.body)?.[1]));
    calls.push(call);
  }
  const before = { cpu: cpuOf(pid), ended: await endedCalls(url, taskId) };
  farm.postMessage({ ports: rtp, talkMs: TALK_MS } satisfies FarmOrder);
  const [report] = (await once(farm, 'message')) as [FarmReport];
  const cpuShare = (cpuOf(pid) - before.cpu) / (TALK_MS / 1000);
  const campaign = (await endedCalls(url, taskId)) - before.ended;
  for (const call of calls) await call.ask('BYE');
  return { ...report, cpuShare, campaign, ended: await countEnded(url) };
}

async function ask<T>(url: string, body?: object): Promise<T> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  return (await fetch(url, init)).json() as Promise<T>;
}

/** Seconds of processor time. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/** @returns the task's id */
async function startCampaign(url: string): Promise<string> {
  const token = await ask<{ result: { token: string } }>(`${url}/openapi/oauth/v1/token`, readCredentials());
  const call = <T>(path: string, body: object) =>
    ask<T>(`${url}/openapi/outbound/v1/task/${path}?token=${token.result.token}`, body);
  const { result } = await call<{ result: { task_id: string } }>('create', {
    task_name: 'bench',
    line_num: '69101338,055196866001,055169101408',
    robot_id: '719',
    time_begin: 1_767_578_400_000,
  });
  for (let first = 0; first < CAMPAIGN; first += 50) {
    const rows = Array.from({ length: 50 }, (_, i) => [String(13_800_000_000 + first + i), '张先生']);
    await call('insert', { ...result, call_column: ['客户手机号码', '姓名'], call_list: rows });
  }
  await call('start', result);
  return result.task_id;
}

/** Secrets are told by nobody but the fixtures. */
function readCredentials(): { app_key: string; app_secret: string } {
  const text = readFileSync(join(ROOT, 'fixtures', 'default.yaml'), 'utf8');
  const read = (name: string) => new RegExp(`${name}: (\\S+)`).exec(text)?.[1] ?? '';
  return { app_key: read('appKey'), app_secret: read('appSecret') };
}

async function endedCalls(url: string, taskId: string): Promise<number> {
  return (await ask<{ calledCount: number }>(`${url}/_sim/tasks/${taskId}`)).calledCount;
}

async function countEnded(url: string): Promise<number> {
  const { items } = await ask<{ items: { state: string }[] }>(
    `${url}/_sim/calls?direction=inbound&limit=1000`,
  );
  return items.filter(({ state }) => state === 'ended').length;
}
