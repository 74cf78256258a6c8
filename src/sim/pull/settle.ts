import { dialogueOf } from '../call/dialogue-of.ts';
import { answerInbound } from '../call/inbound.ts';
import { continueDialogue } from '../call/step.ts';
import type { OutsideInput } from '../dialog/dialogue.ts';
import type { AttemptOutcome } from '../port.ts';
import type { OutboxRow } from '../push/outbox.ts';
import type { World } from '../world.ts';
import { readPullAnswer } from './answer.ts';

/** From here on a pull is shown as slow (spec 3.6). */
const SLOW_MS = 500;

/** A pull that is over, in simulated time. */
export interface EndedPull {
  readonly outcome: AttemptOutcome;
  readonly tookMs: number;
  readonly endAt: number;
}

/** The answer of a pull joins the call, or the call goes on without it; its timeline says why. */
export function settlePull(world: World, row: OutboxRow, { outcome, tookMs, endAt }: EndedPull): void {
  const call = world.calls.get(row.call_id);
  // The call was cut in the meantime.
  if (call === undefined) return;
  const answer = readAnswer(row, outcome);
  if (row.module === 'getDialogContext') {
    call.outside.push({ kind: 'context', ...answer });
    answerInbound(world, call, Math.max(endAt, world.now));
  } else {
    const { stop } = dialogueOf(world, call);
    call.outside.push({ kind: 'semantics', atMs: stop.atMs, tookMs, ...answer });
    continueDialogue(world, call);
  }
}

function readAnswer(
  row: OutboxRow,
  outcome: AttemptOutcome,
): Pick<OutsideInput & { kind: 'context' }, 'values' | 'note'> {
  const read = readPullAnswer(row.module, outcome);
  if (outcome.error !== null) return read;
  const slow =
    outcome.tookMs >= SLOW_MS
      ? `slow: ${Math.round(outcome.tookMs)} ms, at most ${SLOW_MS} ms are advised`
      : null;
  const note = [read.note, slow].filter((text) => text !== null && text !== undefined).join('; ');
  return note === '' ? { values: read.values } : { values: read.values, note };
}
