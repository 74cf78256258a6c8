import { schedule } from 'node-cron';
import { closeFiles } from './sim/push/day-end.ts';
import type { Simulation } from './sim/simulation.ts';

/**
 * The beat of day's end on the real clock: failure files of all past days that are still open are closed just after
 * midnight in Asia/Shanghai. The simulator's own midnight does the same; the command is idempotent, so a process that
 * slept through one of them (a suspended laptop) is caught up by the other.
 * @returns how to stop it
 */
export function scheduleDayEnd(simulation: Simulation): () => void {
  const job = schedule(
    '5 0 0 * * *',
    async () => {
      if (simulation.clock.mode !== 'real') return;
      await simulation.execute((world) => closeFiles(world, { today: false }));
      await simulation.writeFiles();
    },
    { timezone: 'Asia/Shanghai' },
  );
  // Stopped only, the package would keep it for ever.
  return () => void job.destroy();
}
