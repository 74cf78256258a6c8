import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { needProgram } from '../../support/program.ts';
import { loudness } from '../media/sound.ts';
import {
  comesTo,
  expectRecording,
  openSimulator,
  PATIENCE,
  pressUntil,
  ROBOT,
  registered,
  Softphone,
} from './softphone.ts';

needProgram('linphonec', 'linphone-cli');

it(
  'linphone registers, calls a robot with the four headers, hears it, presses a key: both are recorded',
  PATIENCE,
  async () => {
    await using sim = await openSimulator();
    await using phone = new Softphone();
    phone.write(
      'linphonerc',
      [
        '[sip]',
        // Of its own choice: a port that was free a moment ago may be somebody's by now.
        'sip_port=-1',
        'sip_tcp_port=0',
        'sip_tls_port=0',
        'guess_hostname=0',
        `contact="1007" <sip:1007@127.0.0.1>`,
        'bind_address=127.0.0.1',
        'use_ipv6=0',
        '[rtp]',
        'audio_rtp_port=-1',
        '',
      ].join('\n'),
    );
    // Where it keeps what it knows of calls; it does not make the folder.
    mkdirSync(join(phone.folder, '.local', 'share', 'linphone'), { recursive: true });
    phone.run('linphonec', ['-c', 'linphonerc', '-d', '0']);
    const server = `127.0.0.1:${sim.sipPort}`;
    phone.type('soundcard use files');
    phone.type(`register sip:1007@${server} sip:${server} yeta-1007`);
    await registered(sim);
    const headers = {
      'X-business-id': '167',
      'X-app-id': '20180739',
      'X-robot-id': ROBOT,
      'X-call-relation-id': 'crm-9',
    };
    const query = Object.entries(headers).map((pair) => pair.join('='));
    phone.type(`call sip:69101408@${server}?${query.join('&')}`);
    await comesTo(sim, 'talking');
    phone.type(`record ${join(phone.folder, 'heard.wav')}`);
    phone.type('play tone.wav');
    // Then it is words that the robot waits for, and the tone is what the caller says.
    await pressUntil(sim, 'ask', () => phone.type('2'));
    phone.type('terminate');
    const call = await comesTo(sim, 'ended');
    expect(call).toMatchObject({ caller: '1007', callee: '69101408', callRelationId: 'crm-9' });
    expect(call.timeline).toContainEqual(expect.objectContaining({ event: 'customer', keys: '2' }));
    await expectRecording(sim, call);
    const heard = readFileSync(join(phone.folder, 'heard.wav'));
    expect(
      loudness(new Int16Array(heard.buffer, heard.byteOffset + 44, (heard.length - 44) >> 1)),
    ).toBeGreaterThan(100);
  },
);
