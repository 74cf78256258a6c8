import { expect, it } from 'vitest';
import { TestReceiver } from '../support/receiver.ts';
import { DAY, Stage } from '../support/stage.ts';
it('x', async () => {
  await using receiver = await TestReceiver.start();
  receiver.answer = () => 'no';
  let failing = false; let renames = 0; let fails = 0;
  await using stage = await Stage.open({ receiver, push: { retryDelays: [] }, expectErrors: true, failPoint: (p) => {
    if (p === 'after-rename') { failing = true; renames++; }
    if (p === 'before-commit' && failing) { fails++; throw new Error('full'); }
  } });
  await stage.callout(['19900001007']);
  setTimeout(() => { failing = false; }, 300);
  await stage.advance(DAY).catch((e) => console.log('adv', e.reason));
  console.log({ renames, fails, logged: stage.logged.map(String) });
  expect(1).toBe(1);
});
