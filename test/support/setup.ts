import { afterAll, afterEach } from 'vitest';
import { takeBreaches } from './contract/breach.ts';

/* Runs once for every test file. The modules beside it run once for all files of a worker: hooks that hold for every file stand here. */

afterEach(failOverBreaches);
afterAll(failOverBreaches);

function failOverBreaches(): void {
  const found = takeBreaches();
  if (found.length > 0) throw new Error(`not as published:\n${found.join('\n')}`);
}
