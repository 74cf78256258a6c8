import { describe, expect, it } from 'vitest';
import { Latch } from '../../../../src/sip/media/rtp/latch.ts';

const phone = { address: '192.0.2.7', port: 4000 };
const nat = { address: '198.51.100.1', port: 61_000 };
const stranger = { address: '203.0.113.9', port: 5 };

describe('a latch', () => {
  it('sends where SDP says until a packet has come, then where that came from', () => {
    const latch = new Latch();
    expect(latch.target).toBeNull();
    latch.aim(phone, 0);
    expect(latch.target).toEqual(phone);
    expect(latch.admits(nat, 10)).toBe(true);
    expect(latch.target).toEqual(nat);
  });

  it('lets nobody else in later', () => {
    const latch = new Latch();
    latch.aim(phone, 0);
    latch.admits(phone, 0);
    expect(latch.admits(stranger, 1)).toBe(false);
    expect(latch.admits({ ...phone, port: 4002 }, 99_999)).toBe(false);
    expect(latch.admits(phone, 99_999)).toBe(true);
  });

  it('stays where it is when the same address is agreed on again, or none', () => {
    const latch = new Latch();
    latch.aim(phone, 0);
    latch.admits(nat, 0);
    latch.aim({ ...phone }, 50);
    latch.aim(null, 60);
    expect(latch.target).toEqual(nat);
  });

  it('opens for another address, but not for stragglers of the old one', () => {
    const latch = new Latch();
    latch.aim(phone, 0);
    latch.admits(phone, 0);
    const moved = { ...phone, port: 4010 };
    latch.aim(moved, 5000);
    expect(latch.target).toEqual(moved);
    expect(latch.admits(phone, 5100)).toBe(false);
    expect(latch.admits(moved, 5200)).toBe(true);
  });

  it('opens for another address also if nothing came from the old one yet', () => {
    const latch = new Latch();
    latch.aim(phone, 0);
    latch.aim({ ...phone, port: 4010 }, 100);
    expect(latch.admits(phone, 110)).toBe(false);
    expect(latch.admits(nat, 120)).toBe(true);
  });

  it('takes the old source again if nothing else comes for a second', () => {
    const latch = new Latch();
    latch.aim(phone, 0);
    latch.admits(nat, 0);
    latch.aim({ ...phone, port: 4010 }, 5000);
    expect(latch.admits(nat, 5999)).toBe(false);
    expect(latch.admits(nat, 6000)).toBe(true);
  });
});
