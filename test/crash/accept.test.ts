import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { APPS, PATHS } from '../conformance/platform-client.ts';
import { unzip } from '../sim/push/unzip.ts';
import { Child, ChildGone, readState } from '../support/child.ts';
import { TestReceiver } from '../support/receiver.ts';
import { DAY, FULL, rowsOf, TEN } from '../support/stage.ts';

const ROUNDS = FULL ? 12 : 1;
const DEATHS = FULL ? 6 : 3;
const ENOUGH_ROWS = 12;

interface Accepted {
  readonly number: string;
  /** Wire id of the row, exact. */
  readonly rowId: string;
}

async function takeToken(child: Child): Promise<string> {
  const [app_key, app_secret] = APPS.full;
  const { text } = await child.post(PATHS.token, { app_key, app_secret });
  return (JSON.parse(text) as { result: { token: string } }).result.token;
}

/** A client that submits one number after the other, and knows which ones it was told are accepted. */
async function submitUntilGone(child: Child, accepted: Accepted[], takeNumber: () => string): Promise<void> {
  let token = await takeToken(child);
  for (;;) {
    const number = takeNumber();
    const answer = await child.post(`${PATHS.callout}?token=${token}`, {
      line_num: '055196866001',
      robot_id: '719',
      ...rowsOf([number]),
    });
    const rowId = /"task_data_ids":\[(\d+)\]/.exec(answer.text)?.[1];
    if (rowId !== undefined) accepted.push({ number, rowId });
    // A token's hour goes by in 3.6 s of wall time.
    else if (answer.text.includes('10001')) token = await takeToken(child);
    else throw new Error(`callout answered ${answer.text}`);
  }
}

describe('rows that were accepted, by a simulator that is killed with -9 again and again', {
  timeout: 600_000,
}, () => {
  it.each(Array.from({ length: ROUNDS }, (_, round) => round))(
    'are all called, none of them twice, and every push of theirs is delivered or filed (round %i)',
    async (round) => {
      await using receiver = await TestReceiver.start();
      receiver.answer = ({ text }) => {
        const lot = [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1009, 7);
        return lot % 10 === 0 ? 'no' : 'success';
      };
      await using folder = await mkdtempDisposable(join(tmpdir(), 'yeta-sim-accept-'));
      const base = { dataDir: folder.path, clock: 'x1000', pushUrl: receiver.url, seed: round + 1 };
      const accepted: Accepted[] = [];
      let last = 13_800_000_000;
      for (let death = 0; death < DEATHS; ) {
        const before = accepted.length;
        // By turns: at a commit of its own choice, or whenever it hits.
        const failPoint = ['before-commit', 'after-commit'][death] ?? null;
        try {
          await using child = await Child.start({
            ...base,
            ...(failPoint === null
              ? {}
              : { failPoint: `${failPoint}:${20 + Math.floor(Math.random() * 40)}` }),
          });
          const submitting = submitUntilGone(child, accepted, () => String(last++));
          const hit = receiver.until(() => accepted.length >= before + ENOUGH_ROWS);
          if (failPoint === null) await Promise.race([hit.then(() => child.kill()), submitting]);
          await submitting;
        } catch (error) {
          if (!(error instanceof ChildGone)) throw error;
          death++;
        }
      }
      expect(accepted.length).toBeGreaterThan(DEATHS * 5);
      await using child = await Child.start(base);
      await child.advance({ until: 'idle' });
      const now = await child.now();
      // The day on which the last push was lost is closed.
      await child.advance({ to: now - ((now - TEN + 10 * 3_600_000) % DAY) + DAY + 1000 });
      await child.kill();

      const { dump, files } = readState(folder.path);
      const tables = JSON.parse(dump) as Record<string, Record<string, unknown>[]>;
      const { call = [], outbox = [], submission = [] } = tables;
      // In the store: each row once, whether its client was told or not.
      expect(call.length).toBe(submission.length);
      expect(new Set(call.map(({ row_id }) => row_id)).size).toBe(call.length);
      expect(call.every(({ state }) => state === 3)).toBe(true);
      // None was lost that a client knows of.
      const called = new Set(call.map(({ callee }) => callee));
      expect(accepted.filter(({ number }) => !called.has(number))).toEqual([]);
      // As the receiver sees it, over all the deaths: one call for each row.
      const callsOfRow = Map.groupBy(
        receiver.got.filter(({ body }) => 'task_data_id' in body),
        ({ body }) => String(body.task_data_id),
      );
      for (const got of callsOfRow.values())
        expect(new Set(got.map(({ body }) => body.call_uuid)).size).toBe(1);
      expect(accepted.filter(({ rowId }) => !callsOfRow.has(rowId))).toEqual([]);
      // Each push reached it, and what it never took stands in a file, once.
      expect(outbox.filter(({ state }) => state !== 1 && state !== 2)).toEqual([]);
      const lines = await readLines(folder.path, files);
      const lost = outbox.filter(({ state }) => state === 2);
      expect(lost.length).toBeGreaterThan(0);
      expect(lines).toHaveLength(lost.length);
      expect(new Set(lines).size).toBe(lines.length);
      const sent = new Set(receiver.got.map(({ text }) => text));
      for (const line of lines) expect(sent.has(JSON.stringify(JSON.parse(line).data))).toBe(true);
      expect(sent.size).toBe(outbox.length);
    },
  );
});

async function readLines(dataDir: string, files: ReadonlyMap<string, string>): Promise<string[]> {
  const zips = await Promise.all([...files.keys()].map((path) => unzip(join(dataDir, 'push', path))));
  return zips.flat().flatMap(({ text }) => text.split('\n'));
}
