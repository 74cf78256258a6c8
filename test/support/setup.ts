import { afterAll, afterEach } from 'vitest';
import { takeBreaches } from './contract/breach.ts';

/* Runs once for every test file. The modules beside it run once for all files of a worker: hooks that hold for every file stand here. */

// Vitest forbids it to its workers for the sake of their coverage, which the programs that tests start have no part in.
delete process.env.NODE_DISABLE_COMPILE_CACHE;
// What tests start is what `build.ts` has built.
process.env.YETA_SIM_DIST = '1';

afterEach(failOverBreaches);
afterAll(failOverBreaches);

function failOverBreaches(): void {
  const found = takeBreaches();
  if (found.length > 0) throw new Error(`not as published:\n${found.join('\n')}`);
}
