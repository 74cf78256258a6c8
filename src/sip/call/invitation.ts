import type { SipAccount } from '../../sim/account/account.ts';
import { admitInbound } from '../../sim/call/admit.ts';
import { receiveCall } from '../../sim/call/inbound.ts';
import { type FaultEffect, takeFault } from '../../sim/fault/fault.ts';
import { Refusal } from '../../sim/refusal.ts';
import type { World } from '../../sim/world.ts';
import { explainRefusal } from '../cause.ts';
import { Negotiation } from '../media/negotiation.ts';
import { contentTypeOf, type SipRequest } from '../message/message.ts';
import { type Reply, writeWarning } from '../message/write.ts';
import { bracket, type Flow } from '../transport/flow.ts';
import { type CallHeaders, readCallHeaders } from './headers.ts';
import { type ServedCall, servedCallOf } from './served-call.ts';

/** What an INVITE came to. */
export type Admission =
  /** `delayMs`: it rings so much longer, by a fault rule. */
  | { readonly kind: 'received'; readonly call: ServedCall; readonly delayMs: number }
  | { readonly kind: 'refused'; readonly reply: Reply }
  | { readonly kind: 'fault'; readonly fault: FaultEffect };

/** An INVITE that asks for a robot; whom it is for is known, whether it may have it is not. */
export interface Invitation {
  readonly headers: CallHeaders;
  readonly caller: string;
  readonly callee: string;
  /** Of the account that it was let in for; null: of anybody. */
  readonly account: SipAccount | null;
  /** Why its offer cannot be answered; null: it can. */
  readonly unacceptable: Reply | null;
  /** Ours, in a Warning. */
  readonly host: string;
}

/** Reads what an INVITE asks for; a reply if it does not say enough. @param flow by which it came */
export function readInvitation(
  request: SipRequest,
  flow: Flow,
  account: SipAccount | null,
): Invitation | Reply {
  const host = bracket(flow.local.address);
  if (request.body !== '' && (contentTypeOf(request) ?? SDP) !== SDP)
    return { status: 415, headers: [`Accept: ${SDP}`] };
  const headers = readCallHeaders(request);
  if (typeof headers === 'string') return explainRefusal('invalid-parameter', { host, why: headers });
  if (request.from.uri.user.length > MOST_CALLER_CHARS)
    return explainRefusal('invalid-parameter', { host, why: 'From: nobody has such a long number' });
  return {
    headers,
    caller: request.from.uri.user,
    callee: request.uri.user,
    account,
    unacceptable: request.body === '' ? null : judgeOffer(request.body, flow),
    host,
  };
}

const SDP = 'application/sdp';
const MOST_CALLER_CHARS = 256;

/** The last row of the table of answers: it counts only where all before it let the call in. */
function judgeOffer(offer: string, { local }: Flow): Reply | null {
  const family = local.address.includes(':') ? 6 : 4;
  const outcome = new Negotiation({ address: local.address, port: 9, sessionId: 1, family }).answer(offer);
  return outcome.ok ? null : refuseOffer(outcome, bracket(local.address));
}

/** RFC 3261, 20.43: the codes from 300 on say what is wrong with a session. */
export function refuseOffer({ warning, why }: { warning: number; why: string }, host: string): Reply {
  return { status: 488, headers: [writeWarning(host, why).replace('399', String(warning))] };
}

/** Lets the call in, if it may come in: its channel is taken from here on. To be run as one command. */
export function admitCall(world: World, invitation: Invitation): Admission {
  const fault = takeFault(world, 'sip');
  if (fault !== null && (fault.network !== undefined || fault.httpStatus !== undefined))
    return { kind: 'fault', fault };
  const { headers, caller, callee, account, unacceptable, host } = invitation;
  const { businessId, appId, robotId, relationId } = headers;
  try {
    const accountAppId = account?.appId ?? null;
    const admitted = admitInbound(world, { businessId, appId, robotId, lineNum: callee, accountAppId });
    if (unacceptable !== null) return { kind: 'refused', reply: unacceptable };
    const call = receiveCall(world, { ...admitted, caller, relationId, ringMs: null });
    return { kind: 'received', call: servedCallOf(call), delayMs: fault?.delayMs ?? 0 };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { kind: 'refused', reply: explainRefusal(error.reason, { host, why: error.message }) };
  }
}
