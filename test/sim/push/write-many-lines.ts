// Run by file.test.ts in a process of its own: writes this many lines and says how much memory that took at most.
import { createFilePort } from '../../../src/sim/push/file.ts';
import { failureLine } from '../../../src/sim/push/file-name.ts';

const count = Number(process.argv[2]);
const port = createFilePort(null);
const idleKiB = process.resourceUsage().maxRSS;
let characters = 0;

function* lines(): Generator<string> {
  for (let i = 0; i < count; i++) {
    const data = JSON.stringify({
      call_uuid: `${i}`,
      text: `客户接听后并主动挂机${(i * 7919) % 65_536}`.repeat(20),
    });
    const line = failureLine({
      data,
      module: 'receiveDialog',
      timestamp: 1_543_935_214_693 + i,
      retryTimes: 4,
    });
    characters += line.length;
    yield line;
  }
}

const { bytes } = await port.write({
  path: '150/2018-12-04/0E05.zip',
  modules: [{ module: 'receiveDialog', lines }],
});
await port.close();
const peakMiB = (process.resourceUsage().maxRSS - idleKiB) / 1024;
process.stdout.write(JSON.stringify({ bytes, characters, peakMiB }));
