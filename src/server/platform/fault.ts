import { setTimeout } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import type { FaultEffect } from '../../sim/fault/fault.ts';
import { Refusal } from '../../sim/refusal.ts';
import { type Answer, answerFault, RESULT_CODES } from './envelope.ts';

/** A request comes from a socket, or in process: then there is none, nor even an `env`. */
export interface PlatformEnv {
  readonly Bindings: Partial<HttpBindings>;
}
export type PlatformContext = Context<PlatformEnv>;

/** For a call whose connection is gone: the adapter sends nothing. */
export const NOBODY_TO_ANSWER: Answer = { code: null, response: RESPONSE_ALREADY_SENT };

/** After so long a client that is still there is left alone (wall ms). */
const NEVER_MS = 60_000;
const GARBAGE = 'lskdu018973t09sylgasjkfg1]}{*!2\r\n';

/**
 * Does to a platform call what a fault rule orders.
 *
 * @param closing ends every wait
 * @returns null if the call goes on: the fault only delayed it
 * @throws Refusal `busy` if the server closes meanwhile
 */
export async function applyFault(
  fault: FaultEffect,
  c: PlatformContext,
  closing: AbortSignal,
): Promise<Answer | null> {
  // The call outlives a client that leaves during a delay, as it would on the platform.
  if (fault.delayMs !== undefined) await wait(fault.delayMs, closing);
  if (closing.aborted) throw new Refusal('busy', 'the simulator stopped during a delay');
  if (fault.network === 'timeout') await wait(NEVER_MS, AbortSignal.any([closing, c.req.raw.signal]));
  if (fault.network !== undefined) return breakOff(fault.network, c);
  if (fault.code === undefined && fault.httpStatus === undefined) return null;
  return answerFault(fault.code ?? RESULT_CODES.busy.code, fault.httpStatus ?? 200);
}

function wait(ms: number, stop: AbortSignal): Promise<void> {
  return setTimeout(ms, undefined, { signal: stop }).catch(() => undefined);
}

/** In process, where no socket is, the answer is fetch's own for a broken network. */
function breakOff(network: NonNullable<FaultEffect['network']>, c: PlatformContext): Answer {
  const socket = c.env?.outgoing?.socket;
  if (!socket) return { code: null, response: Response.error() };
  if (network === 'garbage') socket.end(GARBAGE);
  else if (network === 'reset' && !(socket instanceof TLSSocket)) socket.resetAndDestroy();
  else socket.destroy();
  return NOBODY_TO_ANSWER;
}
