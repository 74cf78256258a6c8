import type { Call } from '../call/call.ts';
import { dialogueOf } from '../call/dialogue-of.ts';
import { contextRequest } from '../pull/context.ts';
import { semanticsRequest } from '../pull/semantics.ts';
import { recordingOf } from '../recording/recording.ts';
import type { World } from '../world.ts';
import { basicRecord, dialogBody, inboundRecord, outboundRecord, voiceBody } from './body.ts';
import type { OutboxRow } from './outbox.ts';

/** The body of an owed effect: a pure function of the stored call, its stored walk and the robot's revision. */
export function composeBody(world: World, row: OutboxRow): object {
  const call = world.call(row.call_id);
  if (call === null)
    throw new Error(`outbox row ${row.id} is for call ${row.call_id}, which is not in the store`);
  return composeFor(world, row, call);
}

function composeFor(world: World, row: OutboxRow, call: Call): object {
  switch (row.variant) {
    case 'basic':
      return basicRecord(call);
    case 'outbound':
      return outboundRecord(call, world.ids);
    case 'inbound':
      return inboundRecord(call);
    case 'dialog':
      return dialogBody(call, dialogueOf(world, call), world.ids);
    case 'voice':
      return voiceBody(call, recordingOf(call), world.ids);
    case 'context':
      return contextRequest(call);
    case 'semantics':
      return semanticsRequest(call, dialogueOf(world, call), world.ids);
  }
}
