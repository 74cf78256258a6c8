import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { admitInbound } from '../../../src/sim/call/admit.ts';
import type { Call } from '../../../src/sim/call/call.ts';
import { dialogueOf } from '../../../src/sim/call/dialogue-of.ts';
import { receiveCall } from '../../../src/sim/call/inbound.ts';
import { answerPhone, endPhone, hearPhone, mayAnswer } from '../../../src/sim/call/phone.ts';
import { nowIn } from '../../../src/sim/call/phone-time.ts';
import { sayInCall } from '../../../src/sim/call/say.ts';
import { breakOff } from '../../../src/sim/call/step.ts';
import { Refusal } from '../../../src/sim/refusal.ts';
import type { World } from '../../../src/sim/world.ts';
import { TestReceiver } from '../../support/receiver.ts';
import { Stage, type StageOptions } from '../../support/stage.ts';

/** A stage with a phone that rings; its commands run at a wall of the test's own. */
async function ring(options: StageOptions & { robotId?: string } = {}) {
  const { robotId = '719', ...rest } = options;
  const stage = await Stage.open(rest);
  onTestFinished(() => stage[Symbol.asyncDispose]());
  let id = 0;
  let wallMs = 0;
  const run = <T>(command: (world: World, call: Call) => T): Promise<T> =>
    stage.simulation.execute((world) => {
      const call = world.call(id);
      if (call === null) throw new Error('no call');
      world.wallNow = (call.phone?.wallAt ?? 0) + wallMs;
      return command(world, call);
    });
  id = await stage.simulation.execute((world) => {
    const admitted = admitInbound(world, { appId: '20180739', robotId, lineNum: '69101408' });
    return receiveCall(world, { ...admitted, caller: '1007', relationId: 'crm-1', ringMs: null }).id;
  });
  return {
    stage,
    run,
    /** From now on commands run so many wall ms after the INVITE. */
    at(ms: number) {
      wallMs = ms;
    },
    look: () => run((_, call) => structuredClone(call)),
  };
}

const advance = (stage: Stage, by: number, untilIdle = false) =>
  stage.simulation.advance({ to: stage.now + by, untilIdle, overlap: false });

describe('the call of a real phone', () => {
  it('keeps its own time while the clock stands, and while it runs away', async () => {
    const { stage, run, at } = await ring();
    at(700);
    expect(await run((world, call) => nowIn(world, call) - call.dialAt)).toBe(700);
    await advance(stage, 3_600_000);
    expect(await run((world, call) => nowIn(world, call) - call.dialAt)).toBe(700);
    expect(await run((_, { state }) => state)).toBe('ringing');
  });

  it('is not moved by the clock: its channel is held, and nothing of it is pushed', async () => {
    const { stage, run, look } = await ring();
    await run((world, call) => answerPhone(world, call, call.dialAt + 600));
    await advance(stage, 86_400_000);
    expect(await look()).toMatchObject({ state: 'talking', hangupAt: null });
    expect(await run((world) => [world.lines.get('69101408')?.busy, world.outbox.owed])).toEqual([1, 0]);
  });

  it('does not keep the simulation from being idle, which names it and runs no further', async () => {
    const { stage } = await ring();
    const { to, pending } = await advance(stage, 366 * 86_400_000, true);
    expect(pending).toEqual([
      expect.stringMatching(/^SIP call [\da-f-]{36} from 1007 to 69101408 under way$/),
    ]);
    expect(to).toBe(stage.now);
    expect(stage.now).toBe(Date.parse('2026-01-05T10:00:00+08:00'));
  });

  it('ends in its own time, and pushes after whichever is later, that or the clock', async () => {
    await using receiver = await TestReceiver.start();
    const { stage, run, look } = await ring({ receiver });
    await run((world, call) => answerPhone(world, call, call.dialAt + 600));
    const recording = { file: 'a.wav', bytes: 44 + 32 * 9400, durationMs: 9400 };
    await run((world, call) =>
      endPhone(world, call, { at: call.dialAt + 10_000, by: 'customer', recording }),
    );
    const call = await look();
    expect(call).toMatchObject({ state: 'ended', hangupAt: call.dialAt + 10_000, phone: { recording } });
    // Nothing is due before the call is over in its own time.
    await advance(stage, 10_000);
    expect(receiver.got).toEqual([]);
    await advance(stage, 20_000, true);
    expect(receiver.got.map(({ module }) => module).sort()).toEqual([
      'receiveCallRecord',
      'receiveDialog',
      'receiveVoice',
    ]);
    expect(receiver.of('receiveVoice')[0]?.body).toMatchObject({ size: recording.bytes, duration: 9 });
  });

  it('without a recording has no voice', async () => {
    await using receiver = await TestReceiver.start();
    const { stage, run } = await ring({ receiver });
    await run((world, call) => answerPhone(world, call, call.dialAt + 600));
    await run((world, call) =>
      endPhone(world, call, { at: call.dialAt + 10_000, by: 'line', recording: null }),
    );
    await advance(stage, 60_000, true);
    expect(receiver.got.map(({ module }) => module).sort()).toEqual(['receiveCallRecord', 'receiveDialog']);
  });

  it('that somebody else ends goes on until the phone has hung up', async () => {
    const { run, look, at } = await ring();
    await run((world, call) => answerPhone(world, call, call.dialAt + 600));
    at(2000);
    await run((world, call) => breakOff(world, call, { by: 'platform', result: 16 }));
    expect(await look()).toMatchObject({
      state: 'talking',
      outside: [{ kind: 'hangup', atMs: 1400, by: 'platform' }],
    });
    await run((world, call) => breakOff(world, call, { by: 'customer', result: 15 }));
    await run((world, call) =>
      endPhone(world, call, { at: call.dialAt + 2010, by: 'line', recording: null }),
    );
    expect(await look()).toMatchObject({ state: 'ended', outside: [{ kind: 'hangup', by: 'platform' }] });
  });

  it('is answered at once by an ordinary robot, and by a dynamic one once its context is in', async () => {
    expect(await (await ring()).run(mayAnswer)).toBe(true);
    const { stage, run } = await ring({ robotId: '4567' });
    expect(await run(mayAnswer)).toBe(false);
    await expect.poll(() => run(mayAnswer)).toBe(true);
    expect(stage.now).toBe(Date.parse('2026-01-05T10:00:00+08:00'));
  });

  it('takes words that were set while its caller spoke as the words of that speech', async () => {
    const { run, at } = await ring();
    await run((world, call) => answerPhone(world, call, call.dialAt));
    const asked = await run((world, call) => dialogueOf(world, call).stop.atMs);
    at(asked + 1000);
    await run((world, call) => sayInCall(world, call, '打错了'));
    await run((world, call) =>
      hearPhone(world, call, { kind: 'speech', atMs: asked + 500, endMs: asked + 1900 }),
    );
    const turn = await run((world, call) => dialogueOf(world, call).turns[1]);
    expect(turn).toMatchObject({ textMan: '打错了', speakMs: asked + 500, endMs: asked + 1900 });
  });
});

it('a call whose phone was lost with its process is over at the next start', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'yeta-sim-phone-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const { stage, run } = await ring({ dataDir });
  await run((world, call) => {
    answerPhone(world, call, call.dialAt + 600);
    hearPhone(world, call, { kind: 'speech', atMs: 3000, endMs: 4000 });
  });
  await stage[Symbol.asyncDispose]();
  await using again = await Stage.open({ dataDir });
  const call = await again.simulation.read((world) => world.call(1));
  expect(call).toMatchObject({ state: 'ended', phone: { recording: null } });
  expect((call?.hangupAt ?? 0) - (call?.dialAt ?? 0)).toBe(4600);
  expect(await again.simulation.read((world) => world.lines.get('69101408')?.busy)).toBe(0);
});

describe('an inbound call is refused', () => {
  const refusalOf = async (request: Partial<Parameters<typeof admitInbound>[1]>) => {
    await using stage = await Stage.open();
    const whole = { appId: '20180739', robotId: '719', lineNum: '69101408', ...request };
    return stage.simulation.read((world) => {
      try {
        admitInbound(world, whole);
        return null;
      } catch (error) {
        return error instanceof Refusal ? error.reason : error;
      }
    });
  };

  it.each([
    ['of an unknown enterprise', { businessId: '9' }, 'wrong-enterprise'],
    ['of an enterprise whose app it is not', { businessId: '168' }, 'app-disabled'],
    ['of an account of another app', { accountAppId: '20180740' }, 'app-disabled'],
  ])('%s', async (_, request, reason) => {
    expect(await refusalOf(request)).toBe(reason);
    expect(await refusalOf({ businessId: '167', accountAppId: '20180739' })).toBeNull();
  });
});
