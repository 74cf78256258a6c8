import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerOf, headersOf, type SipRequest, tagOf } from '../../../src/sip/message/message.ts';
import { type Reading, readMessage } from '../../../src/sip/message/read.ts';
import { decodeText } from '../../../src/sip/message/text.ts';
import { SEED_INVITE } from '../peer.ts';

const read = (text: string | Buffer): Reading =>
  readMessage(typeof text === 'string' ? Buffer.from(text) : text);

function request(text: string | Buffer): SipRequest {
  const reading = read(text);
  if (reading.kind !== 'message' || reading.message.kind !== 'request')
    throw new Error(`read as ${JSON.stringify(reading)}`);
  return reading.message;
}

/** A request with these lines in place of, or beside, the usual ones. */
function lines(...own: readonly string[]): string {
  const usual = [
    'Via: SIP/2.0/UDP a.example:5060;branch=z9hG4bK1',
    'From: <sip:1007@a.example>;tag=1',
    'To: <sip:69101408@b.example>',
    'Call-ID: x@a.example',
    'CSeq: 1 OPTIONS',
  ];
  const nameOf = (line: string) => line.slice(0, line.indexOf(':')).trim().toLowerCase();
  const kept = usual.filter((line) => !own.some((other) => nameOf(other) === nameOf(line)));
  return ['OPTIONS sip:69101408@b.example SIP/2.0', ...kept, ...own, '', ''].join('\r\n');
}

describe("the seed's INVITE", () => {
  const whole = request(SEED_INVITE);

  it('is understood as it is printed, with its empty Content-Length', () => {
    expect(whole).toMatchObject({
      method: 'INVITE',
      callId: expect.stringMatching(/^90534/),
      cseq: 1,
      body: '',
    });
    expect(whole.uri).toMatchObject({ scheme: 'sip', user: '69101408', host: '172.20.10.61', port: 15_060 });
    expect(whole.from.uri.user).toBe('1007');
    expect(tagOf(whole.from)).toBe('f8bc155e');
    expect(whole.via).toMatchObject({ protocol: 'UDP', host: '172.20.10.177', port: 63_990 });
    expect(whole.via.parameters.get('rport')).toBeNull();
    expect(headerOf(whole, 'x-call-relation-id')).toBe('1234');
  });

  it.each([
    ['with ends of lines of LF alone', SEED_INVITE.replaceAll('\r\n', '\n')],
    ['with both kinds of ends', SEED_INVITE.replace('\r\nVia', '\nVia').replace('\r\n\r\n', '\n\n')],
    ['with an empty line after each, as the guide has it', SEED_INVITE.trimEnd().replaceAll('\r\n', '\n\n')],
    ['after empty lines', `\r\n\r\n${SEED_INVITE}`],
  ])('is the same %s', (_, text) => {
    expect(request(text)).toEqual(whole);
  });
});

describe('a message is understood', () => {
  it('with names short, in any case, and with blanks before the colon', () => {
    const text = [
      'OPTIONS sip:69101408@b.example SIP/2.0',
      'v: SIP/2.0/UDP a.example;branch=z9hG4bK1',
      'F : <sip:1007@a.example>;tag=1',
      't\t:<sip:69101408@b.example>',
      'CALL-ID:x',
      'cSeQ:   1   OPTIONS  ',
      'm: <sip:1007@a.example>',
      'L: 0',
      'x-APP-id:7  ',
      '',
      '',
    ].join('\r\n');
    expect(request(text)).toMatchObject({ callId: 'x', cseq: 1, contacts: [{ uri: { user: '1007' } }] });
    expect(headerOf(request(text), 'x-app-id')).toBe('7');
  });

  it('with folded lines', () => {
    const text = lines('From: "A"\r\n <sip:1007@a.example>\r\n\t;tag=1', 'Subject: a\r\n  b');
    expect(request(text).from.uri.user).toBe('1007');
    expect(headerOf(request(text), 'subject')).toBe('a b');
  });

  it('with several values in one line, and commas in quotes and brackets', () => {
    const text = lines(
      'Via: SIP/2.0/UDP a.example;branch=z9hG4bK1 , SIP/2.0/TCP b.example;branch=z9hG4bK2',
      'Contact: "Doe, J" <sip:a,b@c.example>, <sip:d@e.example>',
    );
    expect(headersOf(request(text), 'via')).toHaveLength(2);
    expect(request(text).contacts.map((contact) => contact !== '*' && contact.uri.user)).toEqual([
      'a,b',
      'd',
    ]);
  });

  it.each([
    ['quoted', '"张三 \\"老板\\"" <sip:1007@a.example>;tag=1'],
    ['unquoted', '张三 <sip:1007@a.example>;tag=1'],
    ['of several words', 'Zhang San  <sip:1007@a.example> ; tag = 1'],
    ['without brackets', 'sip:1007@a.example;tag=1'],
  ])('with a display name %s, which goes back byte for byte', (_, from) => {
    const message = request(lines(`From: ${from}`));
    expect(message.from.uri.user).toBe('1007');
    expect(tagOf(message.from)).toBe('1');
    expect(decodeText(headerOf(message, 'from') ?? '')).toBe(from.trim());
  });

  it('with a display name in GBK, which goes back byte for byte', () => {
    const gbk = Buffer.from([0xd5, 0xc5, 0xc8, 0xfd]);
    const [before = '', after = ''] = lines('From: @NAME@ <sip:1007@a.example>;tag=1').split('@NAME@');
    const message = request(Buffer.concat([Buffer.from(before), gbk, Buffer.from(after)]));
    expect(Buffer.from(headerOf(message, 'from') ?? '', 'latin1').subarray(0, 4)).toEqual(gbk);
  });

  it.each([
    ['tel:+86-551-6910(1408);phone-context=x', 'tel', '+8655169101408'],
    ['sip:+86551%36910@gw.example;user=phone', 'sip', '+865516910'],
    ['SIP:a:secret@[2001:db8::1]:5070;transport=tcp', 'sip', 'a'],
    ['sip:69101408;npdi@gw.example', 'sip', '69101408'],
    ['sip:gw.example', 'sip', ''],
    ['sip:69101408@gw.example?X-app-id=7', 'sip', '69101408'],
  ])('with the URI %s', (uri, scheme, user) => {
    expect(request(lines(`To: <${uri}>`)).to.uri).toMatchObject({ scheme, user, text: uri });
  });

  it('with Contact: *', () => {
    expect(request(lines('Contact: *')).contacts).toEqual(['*']);
  });

  it('as an answer', () => {
    const text = lines().replace(/^OPTIONS \S+ SIP\/2.0/, 'SIP/2.0 180 Ringing at last');
    expect(read(text)).toMatchObject({
      kind: 'message',
      message: { kind: 'response', status: 180, reason: 'Ringing at last', method: 'OPTIONS' },
    });
  });

  it('with a body of so many bytes as it says, the rest dropped', () => {
    expect(request(`${lines('Content-Length: 4')}v=0\nmore`).body).toBe('v=0\n');
    expect(decodeText(request(`${lines('Content-Length: 6')}张三`).body)).toBe('张三');
    expect(request(`${lines()}all of it`).body).toBe('all of it');
  });
});

describe('a request is answered 400 if', () => {
  it.each([
    ['the method in CSeq is another', ['CSeq: 1 INVITE'], 'method of cseq'],
    ['CSeq has no number', ['CSeq: OPTIONS'], 'cseq'],
    ['CSeq is too large', ['CSeq: 4294967296 OPTIONS'], 'cseq'],
    ['From cannot be read', ['From: <nobody'], 'from'],
    ['there are two Call-IDs', ['Call-ID: a', 'Call-ID: b'], 'call-id'],
    ['the body is shorter than it says', ['Content-Length: 9'], 'content-length'],
    ['the length of the body is negative', ['Content-Length: -1'], 'content-length'],
    ['a Contact cannot be read', ['Contact: <mailto:a@b>'], 'contact'],
  ])('%s', (_, own, wrong) => {
    expect(read(lines(...own))).toMatchObject({
      kind: 'wrong',
      status: 400,
      why: `missing or wrong: ${wrong}`,
    });
  });

  it.each(['From', 'To', 'Call-ID', 'CSeq'])('%s is missing', (name) => {
    const text = lines().replace(new RegExp(`${name}:[^\r]*\r\n`), '');
    expect(read(text)).toMatchObject({
      kind: 'wrong',
      status: 400,
      why: expect.stringContaining(name.toLowerCase()),
    });
  });

  it('its line names no URI', () => {
    expect(read(lines().replace('sip:69101408@b.example SIP', 'http://b.example SIP'))).toMatchObject({
      kind: 'wrong',
      why: 'missing or wrong: request URI',
    });
  });
});

it('a request of another version is answered 505', () => {
  expect(read(lines().replace('SIP/2.0\r\nVia', 'SIP/3.0\r\nVia'))).toMatchObject({
    kind: 'wrong',
    status: 505,
  });
});

describe('nothing is answered to', () => {
  it.each([
    ['text without an empty line', 'INVITE sip:a@b SIP/2.0\r\nVia: x\r\n'],
    ['HTTP', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a request without Via', lines().replace(/Via:[^\r]*\r\n/, '')],
    ['NULs in the head', lines().replace('Call-ID: x', 'Call-ID: \0')],
    ['NULs alone', '\0'.repeat(100)],
    [
      'an answer without a To',
      lines()
        .replace(/^[^\r]*/, 'SIP/2.0 200 OK')
        .replace(/To:[^\r]*\r\n/, ''),
    ],
    ['nothing', ''],
    ['ends of lines', '\r\n\r\n\r\n'],
  ])('%s', (_, text) => {
    expect(read(text)).toMatchObject({ kind: 'garbage' });
  });
});

describe('RFC 4475', () => {
  it('3.1.1.1: a short tortuous INVITE is understood', () => {
    const text = [
      'INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0',
      'TO :',
      ' sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n',
      'from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>',
      '  ;',
      '  tag = 98asjd8',
      'MaX-fOrWaRdS: 0068',
      'Call-ID: wsinv.ndaksdj@192.0.2.1',
      'Content-Length   : 150',
      'cseq: 0009',
      '  INVITE',
      'Via  : SIP  /   2.0',
      ' /UDP',
      '    192.0.2.2;branch=390skdjuw',
      's :',
      'NewFangledHeader:   newfangled value',
      ' continued newfangled value',
      'UnknownHeaderWithUnusualValue: ;;,,;;,;',
      'Content-Type: application/sdp',
      'Route:',
      ' <sip:services.example.com;lr;unknownwith=value;unknown-no-value>',
      'v:  SIP  / 2.0  / TCP     spindle.example.com   ;',
      '  branch  =   z9hG4bK9ikj8  ,',
      ' SIP  /    2.0   / UDP  192.168.255.111   ; branch=',
      ' z9hG4bK30239',
      'm:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =',
      '      newvalue ;',
      '  secondparam ; q = 0.33',
      '',
      'x'.repeat(150),
    ].join('\r\n');
    const message = request(text);
    expect(message).toMatchObject({ cseq: 9, via: { host: '192.0.2.2', protocol: 'UDP' } });
    expect(headersOf(message, 'via')).toHaveLength(3);
    expect([tagOf(message.to), tagOf(message.from)]).toEqual(['1918181833n', '98asjd8']);
  });

  it('3.1.1.3: escaped characters of a user are what they mean', () => {
    const message = request(lines('To: <sip:%75se%72@example.com>'));
    expect(message.to.uri.user).toBe('user');
  });

  it('3.1.2.9: an unknown scheme in the line is a wrong request', () => {
    expect(read(lines().replace('OPTIONS sip:69101408@b.example', 'OPTIONS nobodyKnows:x'))).toMatchObject({
      kind: 'wrong',
    });
  });
});

describe('whatever comes,', () => {
  it('reading ends, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        readMessage(Buffer.from(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  it('a message with a piece of it replaced by anything is read, wrong, or garbage', () => {
    const text = Buffer.from(SEED_INVITE);
    fc.assert(
      fc.property(
        fc.nat(text.length),
        fc.nat(40),
        fc.oneof(
          fc.uint8Array({ maxLength: 30 }),
          fc.string({ maxLength: 30 }).map((one) => Buffer.from(one)),
        ),
        (at, cut, piece) => {
          const { kind } = readMessage(Buffer.concat([text.subarray(0, at), piece, text.subarray(at + cut)]));
          expect(['message', 'wrong', 'garbage']).toContain(kind);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['a long head', `OPTIONS sip:a@b SIP/2.0\r\n${'X: y\r\n'.repeat(10_000)}\r\n`],
    ['one long header', lines(`Subject: ${'a'.repeat(60_000)}`)],
    ['many quotes', lines(`Contact: ${'"<'.repeat(30_000)}`)],
    ['many semicolons', lines(`To: <sip:a@b>${';a'.repeat(30_000)}`)],
    ['many commas', lines(`Via: SIP/2.0/UDP a${','.repeat(60_000)}`)],
    ['many blanks', lines(`CSeq: ${' '.repeat(60_000)}OPTIONS`)],
    ['many digits', lines(`CSeq: ${'1'.repeat(60_000)} OPTIONS`)],
    ['a long line', `OPTIONS ${' x'.repeat(30_000)} SIP/2.0\r\nVia: a\r\n\r\n`],
    ['many folds', lines(`Subject: a${'\r\n b'.repeat(15_000)}`)],
    ['many colons', lines(`To: <sip:${':'.repeat(60_000)}>`)],
    ['many ats', lines(`To: <sip:${'@'.repeat(60_000)}>`)],
  ])('%s costs no more than its length', (_, text) => {
    const startedAt = performance.now();
    read(text);
    expect(performance.now() - startedAt).toBeLessThan(200);
  });
});
