import type { Via } from '../message/message.ts';
import type { Flow } from '../transport/flow.ts';

const RECEIVED = /;[ \t]*received[ \t]*=[^;]*/gi;
const RPORT = /;[ \t]*rport[ \t]*(?:=[^;]*)?(?=;|$)/i;
const MAGIC_COOKIE = 'z9hG4bK';

/** The topmost Via as it goes back: `received` and `rport` say where the request came from (RFC 3261, 18.2.1; RFC 3581, 4). */
export function markSource({ text, host }: Via, { remote }: Flow): string {
  const clean = text.replace(RECEIVED, '');
  const marked = clean.replace(RPORT, `;rport=${remote.port}`);
  const isAsked = marked !== clean || RPORT.test(clean);
  const isElsewhere = host.replace(/^\[|\]$/g, '') !== remote.address;
  return isAsked || isElsewhere ? `${marked};received=${remote.address}` : marked;
}

/**
 * What a request's transaction is found by (RFC 3261, 17.2.3): branch and sent-by, on a connection also that, and for
 * peers of RFC 2543 what their branch lacks.
 */
export function transactionKey(
  request: { readonly via: Via; readonly callId: string; readonly cseq: number },
  fromTag: string | null,
  flow: Flow,
): string {
  const { host, port, parameters } = request.via;
  const branch = parameters.get('branch') ?? '';
  const own = branch.startsWith(MAGIC_COOKIE)
    ? branch
    : [branch, request.callId, fromTag, request.cseq].join('!');
  return [own, `${host}:${port ?? ''}`, flow.isReliable ? flow.id : ''].join('|');
}
