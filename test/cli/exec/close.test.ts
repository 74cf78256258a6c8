import { expect, it } from 'vitest';
import { closeSimulator } from '../../../src/cli/exec/close.ts';
import { LeakError } from '../../../src/leak.ts';
import { createSimulator } from '../../../src/simulator.ts';

it('a simulator that is closed has nothing to say', async () => {
  const simulator = await createSimulator();
  expect(await closeSimulator(simulator)).toBeNull();
  expect(simulator.simulation.held()).toEqual([]);
});

it('one that leaves something open says so, and what the command ended with is not lost over it', async () => {
  const close = () => Promise.reject(new LeakError(['a socket of 127.0.0.1:4711']));
  expect(await closeSimulator({ close })).toBe(
    'still open after the simulator was closed: a socket of 127.0.0.1:4711',
  );
});
