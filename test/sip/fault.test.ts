import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/sim/fault/fault.ts';
import { Outgoing } from './peer.ts';
import { SipRig, until } from './rig.ts';

async function withFault(fault: Omit<Fault, 'on'>): Promise<SipRig> {
  const rig = await SipRig.open();
  await rig.stage.simulation.execute((world) => void world.faults.add({ on: 'sip', ...fault }, 1));
  return rig;
}

describe('a fault of SIP', () => {
  it('refuses an INVITE with a status, as often as it is told', async () => {
    await using rig = await withFault({ httpStatus: 503 });
    expect([await rig.statusOf({}), await rig.statusOf({})]).toEqual([503, 200]);
  });

  it('lets it ring longer', async () => {
    await using rig = await withFault({ delayMs: 300 });
    const startedAt = performance.now();
    expect(await rig.statusOf({})).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThan(300);
  });

  it('leaves it without any answer, and nothing of it behind', async () => {
    await using rig = await withFault({ network: 'timeout' });
    const peer = await rig.peer();
    Outgoing.start(peer);
    await until(
      () => rig.server.calls().length,
      (count) => count === 1,
    );
    expect(await rig.statusOf({})).toBe(200);
    await until(
      () => rig.server.calls().length,
      (count) => count === 1,
    );
    expect(peer.got.filter((message) => message.kind === 'response' && message.status < 300)).toEqual([]);
  });

  it('closes the connection that it came by', async () => {
    await using rig = await withFault({ network: 'reset' });
    const peer = await rig.peer('tcp');
    peer.send(peer.write());
    await until(
      () => peer.isClosed,
      (isClosed) => isClosed,
    );
    expect(peer.got).toEqual([]);
  });
});
