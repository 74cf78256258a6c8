import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Session } from '../../../src/sip/media/session.ts';
import { WorkerLink } from '../../../src/sip/media/worker-link.ts';
import { Rig } from './rig.ts';

const folder = mkdtempSync(join(tmpdir(), 'yeta-sim-failure-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A session on a worker of its own, which dies of the next nonsense that it is told. */
async function fragile(ports: readonly [number, number]) {
  const errors: Error[] = [];
  const link = new WorkerLink(
    { host: '127.0.0.1', ports, recordingFolder: folder },
    {
      heard: () => {},
      died(error) {
        errors.push(error);
        session.fail(error);
      },
    },
  );
  const { port } = await link.ask('open', 1, { callId: 'a', seed: 1 });
  const session: Session = new Session({
    id: 1,
    callId: 'a',
    seed: 1,
    link,
    place: { host: '127.0.0.1', advertise: '127.0.0.1', port },
    path: join(folder, 'a.wav'),
    forget: () => {},
  });
  const die = () => link.tell(1, { kind: 'agree', agreement: null as never });
  return { link, session, die, errors };
}

describe('when the worker thread dies', () => {
  it('its calls are told, what they play ends, and what is recorded is kept', async () => {
    const { session, die, errors } = await fragile([31_700, 31_709]);
    const told: string[] = [];
    session.events = { onFailed: (error) => told.push(error.message) };
    session.answer('v=0\nc=IN IP4 127.0.0.1\nm=audio 31799 RTP/AVP 8\n');
    session.start();
    expect((await session.play({ text: '您好', durationMs: 40 })).end).toBe('done');
    const playing = session.play({ text: '您好', durationMs: 5000 });
    die();
    expect((await playing).end).toBe('stopped');
    const recording = await session.close();
    expect(recording).toMatchObject({
      bytes: 44,
      durationMs: 0,
      problem: expect.stringContaining('media thread'),
    });
    expect(told).toHaveLength(1);
    expect(errors).toHaveLength(1);
    expect((await session.play({ text: '您好', durationMs: 40 })).end).toBe('stopped');
  });

  it('questions that are open are refused, and later ones too', async () => {
    const { link, die } = await fragile([31_710, 31_719]);
    const asked = link.ask('play', 1, { prompt: { text: '', durationMs: 5000 } });
    die();
    await expect(asked).rejects.toMatchObject({ code: 'worker-failed' });
    await expect(link.ask('total', 0, {})).rejects.toMatchObject({ code: 'worker-failed' });
    await link.end();
  });

  it('unanswered calls have no recording', async () => {
    const { session, die, link } = await fragile([31_720, 31_729]);
    die();
    await link.ask('total', 0, {}).catch(() => {});
    expect(await session.close()).toBeNull();
  });
});

it('a closed session has no counts and takes no orders', async () => {
  await using rig = new Rig([31_730, 31_739]);
  const session = await rig.media.open({ callId: 'a', seed: 1 });
  await session.close();
  session.start();
  session.stop();
  session.hold('inactive');
  await expect(session.stats()).rejects.toThrow('no session');
  expect(await session.close()).toBeNull();
});
