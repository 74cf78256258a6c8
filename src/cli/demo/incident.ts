import type { DemoClient } from './demo-client.ts';
import type { DemoReceiver } from './demo-receiver.ts';
import { type Snapshot, STATUS, shareCalled, taskOf } from './snapshot.ts';

/** Something that befalls the day: begins and ends by how far the day has come, so that it does so each time anew. */
export interface Incident {
  readonly isOver: boolean;
  /** @returns what has begun or ended, in words; null: nothing */
  look(snapshot: Snapshot): Promise<string | null>;
}

const PAUSE_MS = 8 * 60_000;
/** Longer than the 95 s that four attempts take, so that some pushes are given up. */
const LEAST_OUTAGE_MS = 150_000;

/** Somebody pauses the check-up task, and starts it again later. */
export function pauseCheckup(client: DemoClient): Incident {
  let pausedAt: number | null = null;
  let isOver = false;
  return {
    get isOver() {
      return isOver;
    },
    async look(snapshot) {
      const progress = taskOf(snapshot, 'checkup');
      const { task, queried } = progress;
      if (pausedAt === null && queried.status === STATUS.running && shareCalled(progress) >= 0.4) {
        await client.pause(queried.task_id);
        pausedAt = snapshot.now;
        return `${task.name} paused by hand with ${queried.process_tel_count} of ${queried.count_total_task} called; calls under way go on`;
      }
      if (isOver || pausedAt === null || snapshot.now < pausedAt + PAUSE_MS) return null;
      await client.start(queried.task_id);
      isOver = true;
      return `${task.name} started again; it goes on where it stood`;
    },
  };
}

/** The receiver of the survey answers nothing but HTTP 503 for a while. */
export function failReceiver(receiver: DemoReceiver): Incident {
  let downAt: number | null = null;
  let isOver = false;
  return {
    get isOver() {
      return isOver;
    },
    async look(snapshot) {
      const progress = taskOf(snapshot, 'survey');
      const { name } = progress.task;
      if (downAt === null && shareCalled(progress) >= 0.25) {
        receiver.isDown = true;
        downAt = snapshot.now;
        return `the receiver of ${name} goes down: every push to it is answered with HTTP 503`;
      }
      if (isOver || downAt === null || shareCalled(progress) < 0.75) return null;
      if (snapshot.now < downAt + LEAST_OUTAGE_MS) return null;
      receiver.isDown = false;
      isOver = true;
      return `the receiver of ${name} is back; it has refused ${receiver.refused} attempts`;
    },
  };
}
