import { text } from 'node:stream/consumers';
import { fromBufferPromise } from 'yauzl';
import type { DemoClient } from '../demo-client.ts';

/** One line of a failure file. */
export interface FailureLine {
  readonly data: Readonly<Record<string, unknown>>;
  readonly module: string;
  readonly retryTimes: number;
  readonly timestamp: number;
}

/** Downloads a day's failure files through the platform's interface and reads every line of every file in them. */
export async function readFailures(
  client: DemoClient,
  day: string,
): Promise<{ paths: readonly string[]; lines: FailureLine[] }> {
  const paths = await client.failureFiles(day);
  const lines: FailureLine[] = [];
  for (const path of paths) {
    const zip = await fromBufferPromise(await client.download(path));
    for await (const entry of zip.eachEntry()) {
      const content = await text(await zip.openReadStreamPromise(entry));
      lines.push(...content.split('\n').map((line) => JSON.parse(line) as FailureLine));
    }
  }
  return { paths, lines };
}
