import { describe, expect, it } from 'vitest';
import { DEFAULT_FIXTURES } from '../../support/dialogue.ts';
import { needProgram } from '../../support/program.ts';
import { SipRig, until } from '../rig.ts';
import { MENU, stageOf } from '../robot.ts';
import {
  ack,
  ackRefusal,
  answered,
  bye,
  cancel,
  invite,
  pause,
  receive,
  receiveBye,
  register,
  reinvite,
  scenario,
  YETA_HEADERS,
} from './scenario.ts';
import { runSipp, type SippOptions } from './sipp.ts';

needProgram('sipp', 'sip-tester');

const CALL = scenario(invite(), answered(), ack(), pause(100), bye());

/** Runs a scenario against a server of its own; nothing may be left of it. */
async function play(
  text: string,
  options: Partial<SippOptions> & { readonly rig?: Parameters<typeof SipRig.open>[0] } = {},
): Promise<void> {
  await using rig = await SipRig.open(options.rig);
  const run = await runSipp({ port: rig.port, scenario: text, ...options });
  expect(run).toMatchObject({ code: 0, failed: 0, succeeded: options.calls ?? 1, output: '' });
  await until(
    () => ({ ...rig.server.counts, calls: rig.server.calls().length }),
    (counts) => Object.values(counts).every((count) => count === 0),
  );
}

describe.concurrent.each(['udp', 'tcp'] as const)('sipp over %s', (transport) => {
  it('calls and hangs up', () => play(CALL, { transport, calls: 5 }));

  it('is hung up on at the end of the script', () =>
    play(scenario(invite(), answered(), ack(), receiveBye()), {
      transport,
      robot: '900',
      rig: { stage: stageOf({ ...MENU, start: 'end' }) },
    }));

  it('gives up while it rings', () =>
    play(
      scenario(
        invite(),
        receive(100, 'optional="true"'),
        receive(180),
        cancel(),
        receive(200),
        receive(487),
        ackRefusal(6),
      ),
      {
        transport,
        rig: { ringMs: 10_000 },
      },
    ));

  it('holds and resumes', () =>
    play(
      scenario(
        ...[invite(), answered(), ack()],
        ...[reinvite(2, 'sendonly'), receive(200, 'rrs="true"'), ack(2)],
        ...[reinvite(3, 'sendrecv'), receive(200, 'rrs="true"'), ack(3)],
        ...[bye(4)],
      ),
      { transport },
    ));

  it('offers nothing and answers in the ACK', () =>
    play(scenario(invite({ sdp: undefined }), answered(), ack(1, 'offer'), pause(50), bye()), {
      transport,
    }));

  it('leaves a header out', () =>
    play(
      scenario(
        invite({ headers: YETA_HEADERS.slice(1) }),
        receive(100, 'optional="true"'),
        receive(400),
        ackRefusal(3),
      ),
      {
        transport,
      },
    ));

  it('finds all channels busy', () => {
    const lines = DEFAULT_FIXTURES.lines.map((line) =>
      line.lineNum === '69101408' ? { ...line, concurrents: 1 } : line,
    );
    const busy = scenario(
      ...[invite(), receive(100, 'optional="true"'), receive(180, 'optional="true"')],
      '<recv response="486" optional="true" next="1"/>',
      ...[receive(200, 'rrs="true"'), ack(), pause(400), bye()],
      '<nop next="2"/><label id="1"/>',
      ackRefusal(10),
      '<label id="2"/>',
    );
    return play(busy, { transport, calls: 3, rate: 100, rig: { stage: { fixtures: { lines } } } });
  });
});

describe.concurrent('sipp', () => {
  it('hangs up twice, and is told that there is nothing any more', () =>
    play(scenario(invite(), answered(), ack(), bye(), bye(3, 481))));

  it('never acknowledges the answer, and is hung up on', () =>
    play(scenario(invite(), answered(), receiveBye()), { rig: { t1: 5 } }));

  it('registers with its password, and not with a wrong one', async () => {
    const login = (password: string) => `[authentication username=1007 password=${password}]`;
    const last = (status: number, password: string) =>
      scenario(register(), receive(401, 'auth="true"'), register([login(password)], 2), receive(status));
    await play(last(200, 'yeta-1007'));
    await play(last(401, 'guess'));
  });

  it('calls with its password where every INVITE is challenged', () => {
    const headers = [...YETA_HEADERS, '[authentication username=1007 password=yeta-1007]'];
    return play(
      scenario(
        ...[invite(), receive(100, 'optional="true"'), receive(407, 'auth="true"'), ackRefusal(3)],
        ...[invite({ cseq: 2, headers }), answered(), ack(2), bye(3)],
      ),
      { rig: { inviteAuth: 'digest' } },
    );
  });

  it('calls over a line that loses one packet of ten', () =>
    play(CALL.replaceAll('retrans="500"', 'retrans="50"'), {
      calls: 20,
      rate: 50,
      loss: 10,
      // Both sides send again as often.
      rig: { t1: 50 },
    }));
});
