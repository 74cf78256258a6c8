import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Registrar } from '../../../src/sip/account/registrar.ts';
import type { SipRequest } from '../../../src/sip/message/message.ts';
import { readMessage } from '../../../src/sip/message/read.ts';
import type { Flow } from '../../../src/sip/transport/flow.ts';

function flowOf(address: string): Flow {
  return {
    id: `udp:${address}`,
    protocol: 'UDP',
    isReliable: false,
    isClosed: false,
    remote: { address, port: 5060 },
    local: { address: '127.0.0.1', port: 15_060 },
    send: async () => {},
    close() {},
  };
}

const HOME = flowOf('10.0.0.1');

/** @param lines Contact and Expires */
function register(lines: readonly string[], { cseq = 1, callId = 'c', user = '1007' } = {}): SipRequest {
  const text = [
    'REGISTER sip:b SIP/2.0',
    'Via: SIP/2.0/UDP a;branch=z9hG4bK1',
    `From: <sip:${user}@b>;tag=1`,
    `To: <sip:${user}@b>`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} REGISTER`,
    ...lines,
    '',
    '',
  ].join('\r\n');
  const reading = readMessage(Buffer.from(text));
  if (reading.kind !== 'message' || reading.message.kind !== 'request') throw new Error('unreadable');
  return reading.message;
}

let now: number;
let registrar: Registrar;

beforeEach(() => {
  now = 1_000_000;
  registrar = new Registrar(() => now);
});

afterEach(() => registrar.close());

const contactsOf = () => registrar.bindings().map(({ contact }) => contact);

describe('a REGISTER', () => {
  it('binds a contact for the time it asks for, and is answered with all of them', () => {
    const reply = registrar.register(register(['Contact: <sip:1007@a:1>;expires=60', 'Expires: 600']), HOME);
    expect(reply).toMatchObject({
      status: 200,
      headers: ['Contact: <sip:1007@a:1>;expires=60', expect.any(String)],
    });
    registrar.register(register(['Contact: <sip:1007@a:2>', 'Expires: 600'], { cseq: 2 }), HOME);
    expect(registrar.bindings().map(({ expiresAt }) => expiresAt - now)).toEqual([60_000, 600_000]);
  });

  it.each([
    ['an hour where it asks for no time', ['Contact: <sip:a@a>'], 3600],
    ['an hour where its time cannot be read', ['Contact: <sip:a@a>;expires=soon'], 3600],
    ['two hours at most', ['Contact: <sip:a@a>;expires=999999'], 7200],
    ['10 s at least', ['Contact: <sip:a@a>;expires=10'], 10],
  ])('binds for %s', (_, lines, seconds) => {
    registrar.register(register(lines), HOME);
    expect(registrar.bindings()[0]?.expiresAt).toBe(now + seconds * 1000);
  });

  it('for less than 10 s is answered 423, and changes nothing', () => {
    const lines = ['Contact: <sip:a@a>;expires=600, <sip:b@a>;expires=9'];
    expect(registrar.register(register(lines), HOME)).toEqual({ status: 423, headers: ['Min-Expires: 10'] });
    expect(registrar.bindings()).toEqual([]);
  });

  it('takes a contact back with 0, all with *', () => {
    registrar.register(register(['Contact: <sip:a@a>, <sip:b@a>, <sip:c@a>']), HOME);
    registrar.register(register(['Contact: <sip:a@a>;expires=0'], { cseq: 2 }), HOME);
    expect(contactsOf()).toEqual(['sip:b@a', 'sip:c@a']);
    const reply = registrar.register(register(['Contact: *', 'Expires: 0'], { cseq: 3 }), HOME);
    expect(reply.headers).toHaveLength(1);
    expect(contactsOf()).toEqual([]);
  });

  it.each([
    ['* with a time', ['Contact: *', 'Expires: 60']],
    ['* without a time', ['Contact: *']],
    ['* beside another', ['Contact: *, <sip:a@a>', 'Expires: 0']],
  ])('with %s is answered 400', (_, lines) => {
    registrar.register(register(['Contact: <sip:b@a>'], { callId: 'other' }), HOME);
    expect(registrar.register(register(lines), HOME)).toEqual({ status: 400 });
    expect(contactsOf()).toEqual(['sip:b@a']);
  });

  it('without a contact asks for all', () => {
    registrar.register(register(['Contact: <sip:a@a>']), HOME);
    expect(registrar.register(register([], { cseq: 2 }), HOME).headers?.[0]).toBe(
      'Contact: <sip:a@a>;expires=3600',
    );
  });

  it('that is older than the last of its Call-ID is answered 500, and changes nothing', () => {
    registrar.register(register(['Contact: <sip:a@a>'], { cseq: 7 }), HOME);
    expect(registrar.register(register(['Contact: <sip:a@a>;expires=0'], { cseq: 7 }), HOME).status).toBe(
      500,
    );
    expect(
      registrar.register(register(['Contact: <sip:a@a>;expires=0'], { cseq: 1, callId: 'd' }), HOME).status,
    ).toBe(200);
    expect(contactsOf()).toEqual([]);
  });

  it('touches nothing of another account', () => {
    registrar.register(register(['Contact: <sip:a@a>']), HOME);
    registrar.register(register(['Contact: *', 'Expires: 0'], { user: '1008' }), HOME);
    expect(contactsOf()).toEqual(['sip:a@a']);
  });

  it('beyond ten contacts of an account drops the first', () => {
    for (let i = 1; i <= 12; i++) registrar.register(register([`Contact: <sip:${i}@a>`], { cseq: i }), HOME);
    expect(contactsOf()).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((i) => `sip:${i}@a`));
  });
});

describe('a binding', () => {
  it('is gone when its time is over', () => {
    registrar.register(register(['Contact: <sip:a@a>;expires=60']), HOME);
    now += 59_999;
    expect(registrar.isRegisteredFrom('1007', '10.0.0.1')).toBe(true);
    now += 1;
    expect(registrar.isRegisteredFrom('1007', '10.0.0.1')).toBe(false);
    expect(contactsOf()).toEqual([]);
  });

  it('counts for its own address and account only', () => {
    registrar.register(register(['Contact: <sip:a@a>']), HOME);
    expect(registrar.isRegisteredFrom('1007', '10.0.0.2')).toBe(false);
    expect(registrar.isRegisteredFrom('1008', '10.0.0.1')).toBe(false);
  });

  it('is gone with its connection', () => {
    const other = flowOf('10.0.0.2');
    registrar.register(register(['Contact: <sip:a@a>']), HOME);
    registrar.register(register(['Contact: <sip:b@a>'], { cseq: 2 }), other);
    registrar.dropFlow(HOME);
    expect(contactsOf()).toEqual(['sip:b@a']);
  });
});
