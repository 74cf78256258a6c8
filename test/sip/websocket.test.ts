import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator.ts';
import { readMessage } from '../../src/sip/message/read.ts';
import { answerChallenge } from './credential.ts';
import { HEADERS } from './peer.ts';
import { STRANGE, spoiled } from './strange.ts';

function open(options: SimulatorOptions = {}): Promise<Simulator> {
  return createSimulator({ sipPort: 0, sip: { ringMs: 1, t1: 20 }, log: () => {}, ...options });
}

async function dial(
  simulator: Simulator,
  options: { origin?: string; host?: string } = {},
): Promise<WebSocket> {
  const { origin, host } = options;
  const socket = new WebSocket(`${simulator.url.replace('http', 'ws')}/_sim/sip`, 'sip', {
    ...(origin === undefined ? {} : { origin }),
    ...(host === undefined ? {} : { headers: { Host: host } }),
  });
  await once(socket, 'open');
  return socket;
}

let serial = 0;

function write(method: string, headers: Record<string, string> = {}, cseq = 1): string {
  const lines = {
    Via: `SIP/2.0/WS df7jal23ls0d.invalid;branch=z9hG4bK-ws-${++serial}`,
    From: '<sip:1007@127.0.0.1>;tag=1',
    To: `<sip:${method === 'REGISTER' ? '1007' : '69101408'}@127.0.0.1>`,
    'Call-ID': 'ws-1',
    CSeq: `${cseq} ${method}`,
    Contact: '<sip:1007@df7jal23ls0d.invalid;transport=ws>',
    'Content-Length': '0',
    ...headers,
  };
  return [
    `${method} sip:69101408@127.0.0.1 SIP/2.0`,
    ...Object.entries(lines).map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\r\n');
}

/** The answers that come until a final one. */
async function answersTo(socket: WebSocket, text: string) {
  const found: { status: number; text: string }[] = [];
  socket.send(text);
  for (;;) {
    const [data] = (await once(socket, 'message')) as [Buffer];
    const reading = readMessage(data);
    if (reading.kind !== 'message' || reading.message.kind !== 'response') continue;
    found.push({ status: reading.message.status, text: data.toString() });
    if (reading.message.status >= 200) return found;
  }
}

async function register(socket: WebSocket): Promise<number | undefined> {
  const [asked] = await answersTo(socket, write('REGISTER', {}, 1));
  const challenge = /WWW-Authenticate: ([^\r]+)/.exec(asked?.text ?? '')?.[1] ?? '';
  const login = { user: '1007', password: 'yeta-1007', method: 'REGISTER' };
  const [answer] = await answersTo(
    socket,
    write('REGISTER', { Authorization: answerChallenge(challenge, login) }, 2),
  );
  return answer?.status;
}

describe('over WebSocket', () => {
  it('a phone registers, calls, and is seen; its calls and bindings go with its connection', async () => {
    await using simulator = await open();
    const socket = await dial(simulator);
    expect(socket.protocol).toBe('sip');
    expect(await register(socket)).toBe(200);
    const answers = await answersTo(socket, write('INVITE', { ...HEADERS, 'Call-ID': 'ws-2' }));
    expect(answers.map(({ status }) => status)).toEqual([100, 180, 200]);
    expect(answers.at(-1)?.text).toContain(
      `Contact: <sip:69101408@127.0.0.1:${new URL(simulator.url).port};transport=ws>`,
    );
    const look = async () => (await simulator.request('/_sim/sip')).json();
    expect(await look()).toMatchObject({
      port: simulator.sipPort,
      registrations: [{ user: '1007', transport: 'ws' }],
      calls: [
        { caller: '1007', callee: '69101408', callRelationId: 'crm-77', state: 'answered', transport: 'ws' },
      ],
    });
    socket.close();
    await once(socket, 'close');
    await expect.poll(look).toMatchObject({ registrations: [], calls: [] });
  });

  it('CRLFCRLF is answered CRLF, garbage not at all, and too much ends the connection', async () => {
    await using simulator = await open();
    const socket = await dial(simulator);
    socket.send('\r\n\r\n');
    const [pong] = (await once(socket, 'message')) as [Buffer];
    expect(pong.toString()).toBe('\r\n');
    for (const [, garbage] of STRANGE) socket.send(garbage);
    const answers: string[] = [];
    socket.on('message', (data) => answers.push(String(data)));
    socket.send(write('OPTIONS', { 'Call-ID': 'after-all-that' }));
    await expect.poll(() => answers.at(-1)).toContain('after-all-that');
    socket.send('x'.repeat(200_000));
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1009);
  });

  it('hundreds of requests that differ in one piece each are answered or ignored', async () => {
    const logged: unknown[] = [];
    await using simulator = await open({
      sip: { ringMs: 1, t1: 5, inviteAuth: 'none' },
      log: (...problem) => void logged.push(problem),
    });
    const socket = await dial(simulator);
    const texts = [
      write('INVITE', { ...HEADERS, 'Call-ID': 'ws-3' }),
      write('REGISTER', {
        Authorization: 'Digest username="1007", realm="yeta-sim", nonce="a", response="0"',
      }),
      write('CANCEL'),
      write('OPTIONS'),
    ];
    fc.assert(
      fc.property(spoiled(texts), (bytes) => socket.send(bytes)),
      { numRuns: 400 },
    );
    const last = write('OPTIONS', { 'Call-ID': 'after-all-that' });
    const answered = new Promise<void>((resolve) =>
      socket.on('message', (data) => String(data).includes('after-all-that') && resolve()),
    );
    socket.send(last);
    await answered;
    socket.close();
    await expect
      .poll(async () => {
        const { calls, signalling } = await simulator.sip();
        return { calls: calls.length, dialogs: signalling.dialogs };
      })
      .toEqual({ calls: 0, dialogs: 0 });
    expect(logged).toEqual([]);
  });

  it('a message with bytes that are no UTF-8 is answered byte for byte', async () => {
    await using simulator = await open();
    const socket = await dial(simulator);
    const text = Buffer.from(write('OPTIONS', { From: '"ZHANG" <sip:1007@127.0.0.1>;tag=1' }));
    const gbk = Buffer.from([0xd5, 0xc5]);
    const at = text.indexOf('ZHANG');
    socket.send(Buffer.concat([text.subarray(0, at), gbk, text.subarray(at + 5)]));
    const [answer] = (await once(socket, 'message')) as [Buffer];
    expect(answer.includes(Buffer.concat([Buffer.from('"'), gbk, Buffer.from('"')]))).toBe(true);
  });

  it('pages of other sites are not let in', async () => {
    await using simulator = await open();
    await expect(dial(simulator, { origin: 'https://evil.example' })).rejects.toThrow('403');
    await expect(dial(simulator, { host: 'evil.example' })).rejects.toThrow('403');
    await expect(dial(simulator, { origin: 'http://localhost:5173' })).resolves.toBeDefined();
  });
});

describe('the HTTP port', () => {
  it('answers a client that asks for h2c with its first request, as those of Java do', async () => {
    await using simulator = await open();
    const socket = connect(Number(new URL(simulator.url).port), '127.0.0.1');
    socket.write(
      'GET /_sim/livez HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\n\r\n',
    );
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toContain('HTTP/1.1 200 OK');
    socket.destroy();
  });

  it('answers a WebSocket on any other path as if it were none', async () => {
    await using simulator = await open();
    const socket = new WebSocket(`${simulator.url.replace('http', 'ws')}/_sim/livez`);
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toContain('200');
  });
});

describe('a simulator', () => {
  it('has no SIP unless it is told', async () => {
    await using simulator = await createSimulator({ log: () => {} });
    expect(simulator.sipPort).toBeNull();
    expect(await (await simulator.request('/_sim/sip')).json()).toMatchObject({
      port: null,
      registrations: [],
    });
    expect(await (await simulator.request('/_sim/health')).json()).toMatchObject({ ports: { sip: null } });
  });

  it('names the port of SIP', async () => {
    await using simulator = await open();
    expect(await (await simulator.request('/_sim/health')).json()).toMatchObject({
      ports: { http: Number(new URL(simulator.url).port), sip: simulator.sipPort },
    });
  });

  it('says which port is taken', async () => {
    await using simulator = await open();
    const port = simulator.sipPort ?? 0;
    await expect(open({ sipPort: port })).rejects.toThrow(
      `cannot listen on 127.0.0.1:${port} for SIP: the port is taken`,
    );
  });

  it('does not let everybody call where others reach it', async () => {
    await expect(open({ sipHost: '0.0.0.0', sip: { inviteAuth: 'none' } })).rejects.toThrow('sip.inviteAuth');
  });

  it.each([
    ['sipPort', 'on'],
    ['rtpPorts', '20000'],
    ['rtpPorts', '30000-20000'],
    ['rtpPorts', '1-99999'],
  ])('says what is wrong with %s %s', async (key, value) => {
    await expect(open({ [key]: value } as SimulatorOptions)).rejects.toThrow(key);
  });

  it('says in Contact and SDP what it is told to advertise', async () => {
    await using simulator = await open({ sipAdvertise: '192.0.2.7', sip: { ringMs: 1, t1: 20 } });
    const socket = await dial(simulator);
    await register(socket);
    const answers = await answersTo(socket, write('INVITE', { ...HEADERS, 'Call-ID': 'ws-3' }));
    expect(answers.at(-1)?.text).toMatch(/Contact: <sip:69101408@192\.0\.2\.7:/);
    expect(answers.at(-1)?.text).toContain('c=IN IP4 192.0.2.7');
  });
});
