import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { APPS, PATHS } from '../conformance/platform-client.ts';
import { Child, readState } from '../support/child.ts';
import { TestReceiver } from '../support/receiver.ts';
import { FULL, rowsOf } from '../support/stage.ts';

const NEVER_RANG = '19900001007';

/** A receiver that thinks for a while, a simulator that calls it, and calls whose records are due soon. */
async function open(clock: string) {
  const receiver = await TestReceiver.start();
  receiver.answer = async () => {
    await new Promise((resolve) => setTimeout(resolve, 80));
    return 'success';
  };
  const folder = await mkdtempDisposable(join(tmpdir(), 'yeta-sim-stop-'));
  const options = { dataDir: folder.path, clock, pushUrl: receiver.url };
  const child = await Child.start(options);
  const [app_key, app_secret] = APPS.full;
  const { text } = await child.post(PATHS.token, { app_key, app_secret });
  const { token } = (JSON.parse(text) as { result: { token: string } }).result;
  const rows = rowsOf(Array(12).fill(NEVER_RANG) as string[]);
  const answer = await child.post(`${PATHS.callout}?token=${token}`, {
    line_num: '055196866001',
    robot_id: '719',
    ...rows,
  });
  expect(JSON.parse(answer.text).code).toBe(0);
  return {
    receiver,
    folder,
    options,
    child,
    async [Symbol.asyncDispose]() {
      await child.kill();
      await receiver.stop();
      await folder[Symbol.asyncDispose]();
    },
  };
}

interface Push {
  readonly state: number;
  readonly tries: number;
}

function readPushes(dataDir: string): Push[] {
  return (JSON.parse(readState(dataDir).dump) as { outbox: Push[] }).outbox;
}

describe.concurrent('a simulator that is asked to stop', () => {
  it.each(FULL ? (['SIGTERM', 'SIGINT'] as const) : (['SIGTERM'] as const))(
    'by %s lets the attempts in flight end, counts them, and owes the others still',
    async (signal) => {
      await using stopped = await open('x100');
      const { child, receiver, folder, options } = stopped;
      await receiver.until(() => receiver.open > 2);
      child.signal(signal);
      expect(await child.exited).toEqual({ code: 0, signal: null });
      const sent = receiver.got.length;
      expect(receiver.open).toBe(0);
      const pushes = readPushes(folder.path);
      // Each one that was sent has its outcome in the store.
      expect(pushes.filter(({ state, tries }) => state === 1 && tries === 1)).toHaveLength(sent);
      expect(pushes.filter(({ state, tries }) => state === 0 && tries === 0)).toHaveLength(
        pushes.length - sent,
      );

      await using again = await Child.start(options);
      await again.advance({ until: 'idle' });
      // Nothing was lost over it, and nothing came twice.
      expect(receiver.got).toHaveLength(24);
      expect(new Set(receiver.got.map(({ text }) => text)).size).toBe(24);
      again.signal('SIGTERM');
      expect((await again.exited).code).toBe(0);
    },
  );

  it('in the middle of an advance keeps what came of it', async () => {
    await using stopped = await open('manual');
    const { child, receiver, folder, options } = stopped;
    const advance = child.advance({ until: 'idle' }).then(
      () => 'answered',
      () => 'not answered',
    );
    await receiver.until(() => receiver.got.length === 2);
    child.signal('SIGTERM');
    expect(await child.exited).toEqual({ code: 0, signal: null });
    await advance;
    const delivered = readPushes(folder.path).filter(({ state }) => state === 1);
    expect(delivered).toHaveLength(receiver.got.length);

    await using again = await Child.start(options);
    await again.advance({ until: 'idle' });
    expect(receiver.got).toHaveLength(24);
    expect(new Set(receiver.got.map(({ text }) => text)).size).toBe(24);
  });
});
