import type { Call } from '../call/call.ts';
import type { OutsideInput } from '../dialog/dialogue.ts';
import type { World } from '../world.ts';

/** Owes the integrator a question in the middle of a call. @returns false if no url is set for it */
export function owePull(world: World, call: Call, module: 'getDialogContext' | 'getSemantics'): boolean {
  const url = world.accounts.urlFor(module, call);
  call.next = null;
  call.dueAt = null;
  world.touchCall(call);
  if (url === null) return false;
  world.outbox.add({
    kind: call.phone === null ? 'pull' : 'phone-pull',
    businessId: call.businessId,
    callId: call.id,
    module,
    variant: module === 'getSemantics' ? 'semantics' : 'context',
    url,
    dueAt: world.now,
    fails: false,
  });
  return true;
}

/** What joins the call where nobody could be asked. @param atMs of the question, from the answer */
export function unaskedSemantics(atMs: number): OutsideInput {
  return { kind: 'semantics', atMs, tookMs: 0, values: {}, note: 'no url for getSemantics' };
}
