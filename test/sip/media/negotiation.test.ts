import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Negotiation } from '../../../src/sip/media/negotiation.ts';

const place = { address: '10.0.0.1', port: 20_000, sessionId: 77, family: 4 } as const;

/** An SDP whose session part is plain. */
function sdp(...lines: string[]): string {
  return ['v=0', 'o=- 1 1 IN IP4 192.0.2.7', 's=-', 'c=IN IP4 192.0.2.7', 't=0 0', ...lines, ''].join('\r\n');
}

const AUDIO = 'm=audio 4000 RTP/AVP 8 0 101';
const EVENTS = 'a=rtpmap:101 telephone-event/8000';

function answerTo(offer: string) {
  return new Negotiation(place).answer(offer);
}

function agreementOn(offer: string) {
  const outcome = answerTo(offer);
  if (!outcome.ok) throw new Error(outcome.why);
  return outcome.agreement;
}

describe('the answer to an offer', () => {
  it('names one codec, events and 20 ms at our own place', () => {
    expect(answerTo(sdp(AUDIO, EVENTS))).toMatchObject({
      ok: true,
      sdp: [
        'v=0',
        'o=- 77 1 IN IP4 10.0.0.1',
        's=-',
        'c=IN IP4 10.0.0.1',
        't=0 0',
        'm=audio 20000 RTP/AVP 8 101',
        'a=rtpmap:8 PCMA/8000',
        'a=rtpmap:101 telephone-event/8000',
        'a=fmtp:101 0-15',
        'a=ptime:20',
        'a=sendrecv',
        '',
      ].join('\r\n'),
    });
  });

  it.each([
    ['8 0', 'PCMA', 8],
    ['0 8', 'PCMU', 0],
    ['18 3 0', 'PCMU', 0],
  ] as const)('of payloads %s takes %s, the first that is known', (payloads, law, payload) => {
    expect(agreementOn(sdp(`m=audio 4000 RTP/AVP ${payloads}`))).toMatchObject({ law, payload });
  });

  it('takes G.711 under a payload type of the peer', () => {
    const offer = sdp('m=audio 4000 RTP/AVP 99', 'a=rtpmap:99 pcmu/8000/1');
    expect(agreementOn(offer)).toMatchObject({ law: 'PCMU', payload: 99 });
  });

  it('takes the events that have the clock of G.711', () => {
    const offer = sdp(
      'm=audio 4000 RTP/AVP 8 100 96',
      'a=rtpmap:100 telephone-event/48000',
      'a=rtpmap:96 telephone-event/8000',
    );
    expect(agreementOn(offer).eventPayloads).toEqual([96]);
  });

  it.each([
    ['sendrecv', 'sendrecv'],
    ['sendonly', 'recvonly'],
    ['recvonly', 'sendonly'],
    ['inactive', 'inactive'],
  ])('mirrors %s as %s', (theirs, ours) => {
    const outcome = answerTo(sdp(AUDIO, `a=${theirs}`));
    expect(outcome).toMatchObject({ direction: ours, sdp: expect.stringContaining(`a=${ours}\r\n`) });
  });

  it('takes direction and address of the session where the audio has none', () => {
    const offer = sdp('a=sendonly', AUDIO);
    expect(agreementOn(offer)).toMatchObject({
      direction: 'recvonly',
      remote: { address: '192.0.2.7', port: 4000 },
    });
    const own = sdp('a=sendonly', AUDIO, 'c=IN IP4 192.0.2.8', 'a=sendrecv');
    expect(agreementOn(own)).toMatchObject({
      direction: 'sendrecv',
      remote: { address: '192.0.2.8', port: 4000 },
    });
  });

  it('understands 0.0.0.0 as hold and sends nothing there', () => {
    const offer = sdp(AUDIO).replace('192.0.2.7\r\nt', '0.0.0.0\r\nt');
    expect(agreementOn(offer)).toMatchObject({ direction: 'recvonly', remote: null });
  });

  it('leaves open where a named host is', () => {
    expect(agreementOn(sdp(AUDIO, 'c=IN IP4 phone.example'))).toMatchObject({ remote: null });
  });

  it('refuses all other media, each in its place, and repeats the timing', () => {
    const offer = sdp('m=video 5000 RTP/AVP 97 98', AUDIO, 'm=application 9 UDP/BFCP *').replace(
      't=0 0',
      't=5 9',
    );
    const outcome = answerTo(offer);
    const lines = outcome.ok ? outcome.sdp.split('\r\n') : [];
    expect(lines.filter((line) => line.startsWith('m='))).toEqual([
      'm=video 0 RTP/AVP 97 98',
      'm=audio 20000 RTP/AVP 8',
      'm=application 0 UDP/BFCP *',
    ]);
    expect(lines).toContain('t=5 9');
  });

  it('understands lines that end in LF alone', () => {
    expect(answerTo(sdp(AUDIO).replaceAll('\r\n', '\n')).ok).toBe(true);
  });

  it('has a new version only if something has changed', () => {
    const negotiation = new Negotiation(place);
    const versionOf = (offer: string) => {
      const outcome = negotiation.answer(offer);
      return outcome.ok ? /o=- 77 (\d+)/.exec(outcome.sdp)?.[1] : null;
    };
    const offers = ['sendrecv', 'sendrecv', 'sendonly', 'sendonly', 'sendrecv'];
    expect(offers.map((direction) => versionOf(sdp(AUDIO, `a=${direction}`)))).toEqual([
      '1',
      '1',
      '2',
      '2',
      '3',
    ]);
  });

  it('says an IPv6 address as one', () => {
    const outcome = new Negotiation({ ...place, address: '::1', family: 6 }).answer(
      sdp(AUDIO, 'c=IN IP6 2001:db8::7'),
    );
    expect(outcome).toMatchObject({ sdp: expect.stringContaining('c=IN IP6 ::1\r\n') });
  });
});

describe('an offer is refused', () => {
  it.each([
    ['unreadable', 399, ''],
    ['unreadable', 399, 'hello'],
    ['unreadable', 399, sdp()],
    ['unreadable', 399, sdp('m=audio x RTP/AVP 8')],
    ['unreadable', 399, sdp('m=audio 70000 RTP/AVP 8')],
    ['unreadable', 399, sdp(...Array.from({ length: 17 }, () => AUDIO))],
    ['no-audio', 304, sdp('m=video 4000 RTP/AVP 97')],
    ['no-audio', 304, sdp('m=audio 0 RTP/AVP 8')],
    ['wrong-transport', 302, sdp('m=audio 4000 UDP/TLS/RTP/SAVPF 8')],
    ['wrong-transport', 302, sdp('m=audio 4000 RTP/SAVP 8')],
    ['no-codec', 305, sdp('m=audio 4000 RTP/AVP 18 96', 'a=rtpmap:96 opus/48000/2')],
    ['no-codec', 305, sdp('m=audio 4000 RTP/AVP 8', 'a=rtpmap:8 PCMA/16000')],
    ['wrong-address', 301, sdp(AUDIO, 'c=IN IP6 2001:db8::7')],
    ['wrong-address', 301, sdp(AUDIO).replace('c=IN IP4 192.0.2.7\r\n', '')],
  ])('as %s with warning %i: %j', (reason, warning, offer) => {
    expect(answerTo(offer)).toEqual({
      ok: false,
      reason,
      warning,
      why: expect.not.stringMatching(/["\r\n]/),
    });
  });

  it('and what was agreed on before stays', () => {
    const negotiation = new Negotiation(place);
    const offer = sdp(AUDIO);
    const before = negotiation.answer(offer);
    negotiation.answer(sdp('m=video 4000 RTP/AVP 97'));
    expect(negotiation.answer(offer)).toEqual(before);
  });
});

describe('our own offer', () => {
  it('names both laws and events', () => {
    expect(new Negotiation(place).offer()).toContain(
      [
        'm=audio 20000 RTP/AVP 8 0 101',
        'a=rtpmap:8 PCMA/8000',
        'a=rtpmap:0 PCMU/8000',
        'a=rtpmap:101 telephone-event/8000',
      ].join('\r\n'),
    );
  });

  it('takes the law that the answer names, and events by either number', () => {
    const negotiation = new Negotiation(place);
    negotiation.offer();
    const answer = sdp('m=audio 4000 RTP/AVP 0 96', 'a=rtpmap:96 telephone-event/8000', 'a=recvonly');
    expect(negotiation.takeAnswer(answer)).toMatchObject({
      ok: true,
      agreement: { law: 'PCMU', payload: 0, eventPayloads: [96, 101], direction: 'sendonly' },
    });
  });

  it('is not met by an answer that refuses the audio', () => {
    const negotiation = new Negotiation(place);
    negotiation.offer();
    expect(negotiation.takeAnswer(sdp('m=audio 0 RTP/AVP 8'))).toMatchObject({
      ok: false,
      reason: 'no-audio',
    });
  });

  it('keeps all lines of what was agreed on before', () => {
    const negotiation = new Negotiation(place);
    negotiation.answer(sdp('m=video 5000 RTP/AVP 97', AUDIO));
    const lines = negotiation.offer().split('\r\n');
    expect(lines.filter((line) => line.startsWith('m='))).toEqual([
      'm=video 0 RTP/AVP 97',
      'm=audio 20000 RTP/AVP 8 0 101',
    ]);
  });
});

it('any text is answered or refused', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'v=0',
      'm=audio 4000 RTP/AVP 8',
      'c=IN IP4 ::1',
      'a=rtpmap:8 /',
      'm=audio 1 RTP/AVP',
      '\r',
      'a=',
    ),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = ['v=0', ...pieces].join('\n');
      expect(typeof answerTo(text).ok).toBe('boolean');
      expect(typeof new Negotiation(place).takeAnswer(text).ok).toBe('boolean');
    }),
  );
});
