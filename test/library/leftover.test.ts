import { execFile } from 'node:child_process';
import { mkdtempDisposableSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

/** What is left of simulators in a process of their own, as Node itself counts it. @param last what the process does at its end */
async function play(script: string, last = ''): Promise<{ left: string[]; files: string[] }> {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'leftover-'));
  const source = `
    import { createSimulator } from ${JSON.stringify(import.meta.resolve('../../src/index.ts'))};
    ${script}
    // A port that was closed is gone a turn or two later.
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    console.log(JSON.stringify(process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap')));
    ${last}
  `;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', source], {
    env: { ...process.env, TMPDIR: folder.path },
  });
  return { left: JSON.parse(stdout.trim().split('\n').at(-1) ?? ''), files: readdirSync(folder.path) };
}

it('leaves no socket, timer or file behind, so that the process ends by itself', async () => {
  const { left, files } = await play(`
    const call = (sim) => sim.platform.call('task/callout', { robot_id: '719', line_num: '69101338',
      call_column: ['客户手机号码', '姓名'], call_list: [['19900005001', '张先生']] });
    for (const clock of ['manual', 'real', 'x60']) {
      await using receiver = await createSimulator();
      await using sim = await createSimulator({ clock, pushUrl: receiver.url + '/_sim/receiver' });
      await using universe = await sim.universes.create();
      for (const one of [sim, universe]) {
        await call(one);
        await one.clock.advance('10m');
        await one.waitFor('push', { module: 'receiveDialog' });
        await one.accounts.setUrls(one.app.businessId, [{ module: 'receiveDialog', url: 'http://127.0.0.1:1/' }]);
        await call(one);
        await one.clock.advance('10m');
        await one.closePushFiles();
      }
      await fetch(sim.url + '/_sim/health').then((response) => response.text());
      // Whatever is still to come must not keep anything alive.
      await call(sim);
      void sim.waitFor('call', { callee: '1' }).catch(() => {});
    }
  `);
  expect({ left, files }).toEqual({ left: [], files: [] });
});

it('would see what is left', async () => {
  const { left, files } = await play(
    `
    const sim = await createSimulator({ clock: 'manual', pushUrl: 'http://127.0.0.1:1' });
    await sim.platform.call('task/callout', { robot_id: '719', line_num: '69101338',
      call_column: ['客户手机号码', '姓名'], call_list: [['19900005001', '张先生']] });
    await sim.clock.advance('10m');
    await sim.closePushFiles();
  `,
    'process.exit()',
  );
  expect(left).toEqual(expect.arrayContaining(['TCPServerWrap', 'Timeout']));
  expect(files).toHaveLength(1);
});
