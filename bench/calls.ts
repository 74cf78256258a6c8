import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadFixtures } from '../src/load-fixtures.ts';
import { callout } from '../src/sim/task/callout.ts';
import { createSimulator } from '../src/simulator.ts';

const CALLS = 60_000;
const ROWS = 50;

/** Calls simulated a second with `--data-dir`, each with its dialogue and what it owes; nobody is there to be pushed to. */
export async function measureCalls(): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'yeta-sim-bench-'));
  const fixtures = { ...(await loadFixtures(undefined)), urls: [] };
  const sim = await createSimulator({ clock: 'manual', listen: false, dataDir, fixtures });
  try {
    await sim.simulation.execute((world) => {
      const app = world.accounts.app('20180739');
      const enterprise = world.accounts.enterprise('167');
      if (app === undefined || enterprise === undefined) throw new Error('the default fixtures have changed');
      for (let first = 0; first < CALLS; first += ROWS) {
        const rows = Array.from({ length: ROWS }, (_, i) => [String(13_800_000_000 + first + i), '张先生']);
        callout(
          world,
          { app, enterprise },
          {
            lineNum: '055196866001',
            robotId: '719',
            voiceCode: null,
            speed: 0,
            columns: ['客户手机号码', '姓名'],
            rows,
          },
        );
      }
    });
    const startedAt = performance.now();
    await sim.simulation.advance({
      to: sim.simulation.clock.position + 366 * 86_400_000,
      untilIdle: true,
      overlap: false,
    });
    return CALLS / ((performance.now() - startedAt) / 1000);
  } finally {
    await sim.close();
    rmSync(dataDir, { recursive: true });
  }
}
