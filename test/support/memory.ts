import { collectGarbage } from '../../src/cli/memory.ts';

/** What this process holds, in bytes: without the garbage, neither the present test's nor that of earlier ones. */
export async function usedMemory(): Promise<number> {
  await collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
