import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aHit, aNode, aScript } from '../support/dialogue.ts';
import { Phone } from './media/phone.ts';
import { sine, wavOf } from './media/sound.ts';
import { SipRig, until } from './rig.ts';
import { connect, stageOf, turnsOf, waitsAt } from './robot.ts';

const SCRIPT = aScript(
  aNode('first', 'NoNeedAnswerNode', { text: '很短', prompt: 'first.wav', next: 'ask' }),
  aNode('ask', 'NormalNode', { text: '说', hits: [aHit('好', 'end')] }),
  aNode('end', 'EndNode', { text: '再' }),
);

describe('a node with a WAV file', () => {
  it('lasts as long as that, and what follows comes after it', async () => {
    await using rig = await SipRig.open({ stage: stageOf(SCRIPT) });
    writeFileSync(join(rig.promptFolder, 'first.wav'), wavOf([sine(500, 1500)], 8000));
    await using phone = await Phone.open();
    const { call } = await connect(rig, phone);
    await waitsAt(rig, 'ask');
    const [first, ask] = await until(
      () => turnsOf(rig),
      ([one]) => (one?.endMs ?? 0) - (one?.startMs ?? 0) > 1400,
    );
    expect((first?.endMs ?? 0) - (first?.startMs ?? 0)).toBeLessThan(1800);
    expect(ask?.startMs).toBeGreaterThan(first?.endMs ?? 0);
    await call.ask('BYE');
  });

  it('is spoken where the file is missing', async () => {
    await using rig = await SipRig.open({ stage: stageOf(SCRIPT) });
    await using phone = await Phone.open();
    const { call } = await connect(rig, phone);
    await waitsAt(rig, 'ask');
    const [first] = await turnsOf(rig);
    expect((first?.endMs ?? 0) - (first?.startMs ?? 0)).toBe(410);
    await call.ask('BYE');
  });
});
