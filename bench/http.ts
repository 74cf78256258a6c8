import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureRate } from './load.ts';
import { ROOT, startProgram, stopProgram } from './process.ts';

const APP = {
  app_key: 'ODM1ZTk4ODAtYTMyZC00ZjBiLTkzMDQtY2VjNWU0ZDUyZWQ5',
  app_secret: 'MTM5NUM3NjlGQ0M2REUwN0FBREE3QjUxMkU1Qzg5NUQ=',
};
const CONNECTIONS = 64;
const SECONDS = 1.5;
const ROUNDS = 5;
/** Until the compiler is done with both programs: rates still rise by half in the first seconds. */
const WARM_UP_SECONDS = 5;

export interface Ratio {
  readonly name: string;
  readonly goal: number;
  /** Requests a second, and their ratio, a pair per round. */
  readonly pairs: readonly { readonly ours: number; readonly bare: number }[];
}

/** Two operations against a bare node:http server that parses and writes the same JSON, in turns. */
export async function measureHttp(): Promise<Ratio[]> {
  const folder = mkdtempSync(join(tmpdir(), 'yeta-sim-bench-'));
  const sim = await startProgram(
    [
      join(ROOT, 'bin', 'yeta-sim.mjs'),
      'start',
      '--port',
      '0',
      '--sip-port',
      '0',
      '--clock',
      'manual',
      '--data-dir',
      folder,
    ],
    /ready on http:\/\/127\.0\.0\.1:(\d+)/,
  );
  try {
    const port = Number(sim.match[1]);
    const post = async (path: string, body: object) =>
      (
        await fetch(`http://127.0.0.1:${port}/openapi/${path}`, {
          method: 'POST',
          body: JSON.stringify(body),
        })
      ).json() as Promise<{
        result: { token: string };
      }>;
    const { token } = (await post('oauth/v1/token', APP)).result;
    for (let i = 0; i < 20; i++) {
      await post(`outbound/v1/task/create?token=${token}`, {
        task_name: `任务${i}`,
        line_num: '69101338',
        robot_id: '719',
        recall_count: 1,
        time_recall_wait: 600,
        time_range: ['09:00:00-12:00:00', '13:00:00-17:30:00'],
        time_begin: 1_767_578_400_000,
      });
    }
    const query = { page_size: 20 };
    const rows = Array.from({ length: 50 }, (_, index) => [String(13_800_000_000 + index), '张先生']);
    const callout = {
      line_num: '69101338',
      robot_id: '719',
      call_column: ['客户手机号码', '姓名'],
      call_list: rows,
    };
    return [
      await compare({
        name: 'task/query, 20 tasks',
        goal: 0.5,
        port,
        path: 'task/query',
        token,
        body: query,
        post,
      }),
      await compare({
        name: 'task/callout, 50 rows, durable',
        goal: 0.35,
        port,
        path: 'task/callout',
        token,
        body: callout,
        post,
      }),
    ];
  } finally {
    await stopProgram(sim.child);
    rmSync(folder, { recursive: true });
  }
}

async function compare(what: {
  name: string;
  goal: number;
  port: number;
  path: string;
  token: string;
  body: object;
  post(path: string, body: object): Promise<unknown>;
}): Promise<Ratio> {
  const path = `outbound/v1/${what.path}?token=${what.token}`;
  const answer = await what.post(path, what.body);
  const bare = await startProgram([join(import.meta.dirname, 'bare.ts'), JSON.stringify(answer)], /^(\d+)/);
  const load = { path: `/openapi/${path}`, body: JSON.stringify(what.body), connections: CONNECTIONS };
  const pairs: { ours: number; bare: number }[] = [];
  try {
    for (let round = -1; round < ROUNDS; round++) {
      // The first round warms up and does not count.
      const seconds = round < 0 ? WARM_UP_SECONDS : SECONDS;
      const pair = {
        ours: await measureRate({ ...load, port: what.port, seconds }),
        bare: await measureRate({ ...load, port: Number(bare.match[1]), seconds }),
      };
      if (round >= 0) pairs.push(pair);
    }
  } finally {
    await stopProgram(bare.child);
  }
  return { name: what.name, goal: what.goal, pairs };
}
