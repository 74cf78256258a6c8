import { describe, expect, it } from 'vitest';
import { timelineOf } from '../../src/sim/call/timeline.ts';
import type { Script } from '../../src/sim/dialog/script.ts';
import { aHit, aNode, aScript } from '../support/dialogue.ts';
import { TestReceiver } from '../support/receiver.ts';
import type { StageOptions } from '../support/stage.ts';
import { Phone } from './media/phone.ts';
import { Outgoing } from './peer.ts';
import { SipRig, until } from './rig.ts';
import { connect, reaches, stageOf, TO_900, turnsOf, waitsAt } from './robot.ts';

/* biome-ignore-start lint/suspicious/noTemplateCurlyInString: placeholders of scripts */

const GREETING: Script = aScript(
  aNode('hello', 'NormalNode', { text: '${姓名}', hits: [aHit('好', 'end')] }),
  aNode('end', 'EndNode', { text: '再' }),
);

/** Asks the integrator after a key. */
const ASKING: Script = aScript(
  aNode('menu', 'KeyNavigationNode', {
    text: '按',
    code: 'SELF1',
    hits: [aHit('一', 'more', { keys: '1' })],
  }),
  aNode('more', 'KeyNavigationNode', { text: '${结果}', hits: [aHit('一', 'end', { keys: '1' })] }),
  aNode('end', 'EndNode', { text: '再' }),
);

/* biome-ignore-end lint/suspicious/noTemplateCurlyInString: placeholders of scripts */

async function timeline(rig: SipRig) {
  const call = await rig.call();
  return rig.read((world) => timelineOf(world, call));
}

const pulledIn = async (rig: SipRig) => (await timeline(rig)).filter(({ event }) => event === 'pulled');

/** Calls the dynamic robot and waits for its first words. */
async function hear(rig: SipRig): Promise<string> {
  await using phone = await Phone.open();
  const { call } = await connect(rig, phone);
  const [first] = await until(
    () => turnsOf(rig),
    (turns) => turns.length > 0,
  );
  expect((await call.ask('BYE')).status).toBe(200);
  return first?.textRobot ?? '';
}

describe.concurrent.each(['manual', 'real', 'x60'])(
  'on a clock that is %s, the context of a dynamic robot',
  (clock) => {
    const stage = (receiver: TestReceiver, rest: Partial<StageOptions> = {}) =>
      stageOf(GREETING, { type: 2, receiver, clock, ...rest });

    it('is pulled while it rings, from what the INVITE says, and fills the script', async () => {
      await using receiver = await TestReceiver.start();
      receiver.answer = ({ module }) => (module === 'getDialogContext' ? '{"姓名":"李四"}' : 'success');
      await using rig = await SipRig.open({ stage: stage(receiver) });
      expect(await hear(rig)).toBe('李四');
      expect(receiver.of('getDialogContext').map(({ body }) => body)).toEqual([
        { call_relation_id: 'crm-77', business_id: '167', app_id: '20180739', robot_id: '900' },
      ]);
      expect(await pulledIn(rig)).toMatchObject([{ module: 'getDialogContext', values: { 姓名: '李四' } }]);
    });

    it('that is late holds the answer back until the time is over, and the call goes on without', async () => {
      await using receiver = await TestReceiver.start();
      receiver.answer = ({ module }) => (module === 'getDialogContext' ? null : 'success');
      await using rig = await SipRig.open({ stage: stage(receiver, { pull: { timeout: 150 } }) });
      const startedAt = performance.now();
      expect(await hear(rig)).not.toContain('李四');
      expect(performance.now() - startedAt).toBeGreaterThan(150);
      expect(await pulledIn(rig)).toMatchObject([{ values: {}, note: 'timed out after 0.15 s' }]);
    });

    it('that is no map, or not there, leaves the call going on without, and its timeline says why', async () => {
      await using receiver = await TestReceiver.start();
      receiver.answer = ({ module }) => (module === 'getDialogContext' ? '[1]' : 'success');
      await using rig = await SipRig.open({ stage: stage(receiver) });
      await hear(rig);
      expect(await pulledIn(rig)).toMatchObject([
        { values: {}, note: expect.stringContaining('the answer is not a map: [1]') },
      ]);
      await using down = await SipRig.open({ stage: stage(receiver) });
      await receiver.stop();
      await hear(down);
      expect(await pulledIn(down)).toMatchObject([
        { values: {}, note: expect.stringContaining('ECONNREFUSED') },
      ]);
    });

    it('is waited for no longer than the caller waits', async () => {
      await using receiver = await TestReceiver.start();
      receiver.answer = () => null;
      await using rig = await SipRig.open({ stage: stage(receiver, { pull: { timeout: 5000 } }) });
      const peer = await rig.peer();
      const { invite } = Outgoing.start(peer, { headers: TO_900 });
      await peer.response(({ status }) => status === 180);
      const cancel = invite.replace(/^INVITE/, 'CANCEL').replace('1 INVITE', '1 CANCEL');
      peer.send(cancel);
      expect((await peer.answer(cancel)).status).toBe(200);
      expect(await rig.call()).toMatchObject({ state: 'ended', answerAt: null });
    });
  },
);

describe.concurrent('the semantics of a node with a code', () => {
  it.each(['manual', 'real'])('are pulled in the middle of a call, on a clock that is %s', async (clock) => {
    await using receiver = await TestReceiver.start();
    receiver.answer = ({ module }) =>
      module === 'getSemantics' ? '[{"key":"结果","type":"string","value":"六"}]' : 'success';
    await using rig = await SipRig.open({ stage: stageOf(ASKING, { receiver, clock }) });
    await using phone = await Phone.open();
    const { call } = await connect(rig, phone);
    await phone.talk(new Int16Array(8 * 1100));
    await phone.sendInTime(phone.pressOf('1'));
    await waitsAt(rig, 'more');
    expect(receiver.of('getSemantics').map(({ body }) => body)).toMatchObject([
      { code: 'SELF1', call_relation_id: 'crm-77', task_id: '0', direction: 1, reply: '1' },
    ]);
    expect((await turnsOf(rig)).at(-1)?.textRobot).toBe('六');
    expect(await pulledIn(rig)).toMatchObject([{ module: 'getSemantics', values: { 结果: '六' } }]);
    await call.ask('BYE');
    await reaches(rig, 'ended');
  });

  it('that nobody can be asked for are done without', async () => {
    const fixtures = { urls: [] };
    await using rig = await SipRig.open({ stage: stageOf(ASKING, { fixtures }) });
    await using phone = await Phone.open();
    const { call } = await connect(rig, phone);
    await phone.talk(new Int16Array(8 * 1100));
    await phone.sendInTime(phone.pressOf('1'));
    await waitsAt(rig, 'more');
    expect(await pulledIn(rig)).toMatchObject([{ note: 'no url for getSemantics' }]);
    await call.ask('BYE');
  });
});
