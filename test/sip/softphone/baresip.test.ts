import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Simulator } from '../../../src/simulator.ts';
import { needProgram } from '../../support/program.ts';
import { loudness } from '../media/sound.ts';
import {
  comesTo,
  expectRecording,
  NUMBER,
  openSimulator,
  PATIENCE,
  pressUntil,
  ROBOT,
  registered,
  Softphone,
} from './softphone.ts';

needProgram('baresip', 'baresip-core');

it(
  'baresip registers, is rung by a task, hears the robot, presses a key: both are recorded',
  PATIENCE,
  async () => {
    await using sim = await openSimulator();
    await using phone = new Softphone();
    startBaresip(phone, sim);
    await registered(sim);
    await sim.platform.call('task/callout', {
      line_num: '69101338',
      robot_id: ROBOT,
      call_column: ['客户手机号码', '姓名'],
      call_list: [[NUMBER, '张先生']],
    });
    await sim.clock.advance('0s');
    await comesTo(sim, 'talking');
    await pressUntil(sim, 'end', () => phone.type('1'));
    const call = await comesTo(sim, 'ended');
    expect(call).toMatchObject({ direction: 'outbound', callee: NUMBER, result: '0' });
    expect(call.timeline).toContainEqual(expect.objectContaining({ event: 'customer', keys: '1' }));
    await expectRecording(sim, call);
    const [heard = ''] = globSync('dump-*-dec.wav', { cwd: phone.folder });
    const samples = readFileSync(join(phone.folder, heard));
    expect(
      loudness(new Int16Array(samples.buffer, samples.byteOffset + 44, (samples.length - 44) >> 1)),
    ).toBeGreaterThan(100);
  },
);

/** Its ports are the kernel's choice: one that was free a moment ago may be the port of a connection by now. */
function startBaresip(phone: Softphone, sim: Simulator): void {
  phone.write(
    'config',
    [
      'sip_listen 127.0.0.1:0',
      'net_interface 127.0.0.1',
      'module_path /usr/lib/baresip/modules',
      ...['stdio', 'g711', 'aufile', 'sndfile'].map((name) => `module ${name}.so`),
      'module_tmp account.so',
      'module_app menu.so',
      `audio_source aufile,${join(phone.folder, 'tone.wav')}`,
      `snd_path ${phone.folder}`,
      '',
    ].join('\n'),
  );
  phone.write(
    'accounts',
    `<sip:1007@127.0.0.1:${sim.sipPort};transport=udp>;auth_user=1007;auth_pass=yeta-1007;regint=60;audio_codecs=PCMA;answermode=auto\n`,
  );
  phone.run('baresip', ['-f', '.']);
}
