/* Scenarios of sipp (Debian: sip-tester), made of their steps. */

const SDP = [
  'v=0',
  'o=sipp 1 [version] IN IP4 [local_ip]',
  's=-',
  'c=IN IP4 [local_ip]',
  't=0 0',
  'm=audio [auto_media_port] RTP/AVP 8 101',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:101 telephone-event/8000',
].join('\n');

interface Message {
  readonly method: string;
  /** In a dialog its tag is repeated, and its request goes to the Contact that was answered. */
  readonly isInside?: boolean;
  readonly cseq?: number;
  readonly branch?: string;
  readonly headers?: readonly string[];
  /** `offer`, or one with this direction. */
  readonly sdp?: string | undefined;
}

function message({
  method,
  isInside = false,
  cseq = 1,
  branch = '[branch]',
  headers = [],
  sdp,
}: Message): string {
  const body =
    sdp === undefined
      ? ''
      : `${SDP.replace('[version]', String(cseq))}${sdp === 'offer' ? '' : `\na=${sdp}`}\n`;
  return [
    `${method} ${isInside ? '[next_url]' : 'sip:[service]@[remote_ip]:[remote_port]'} SIP/2.0`,
    `Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=${branch}`,
    'From: "sipp" <sip:1007@[local_ip]:[local_port]>;tag=[pid]sipp[call_number]',
    `To: <sip:[service]@[remote_ip]:[remote_port]>${isInside ? '[peer_tag_param]' : ''}`,
    'Call-ID: [call_id]',
    `CSeq: ${cseq} ${method}`,
    'Contact: <sip:1007@[local_ip]:[local_port];transport=[transport]>',
    'Max-Forwards: 70',
    ...headers,
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    'Content-Length: [len]',
    '',
    body,
  ].join('\n');
}

function send(what: Message, attributes = ''): string {
  return `<send ${attributes}><![CDATA[\n\n${message(what)}\n]]></send>`;
}

export const YETA_HEADERS = [
  'X-business-id: 167',
  'X-app-id: 20180739',
  'X-robot-id: [robot]',
  'X-call-relation-id: sipp-[call_number]',
];

export function invite(what: Partial<Message> = {}): string {
  return send({ method: 'INVITE', sdp: 'offer', headers: YETA_HEADERS, ...what }, 'retrans="500"');
}

/** An INVITE in the call. */
export function reinvite(cseq: number, sdp: string): string {
  return send({ method: 'INVITE', isInside: true, cseq, sdp }, 'retrans="500"');
}

/** @param sdp the answer to an offer of the other side */
export function ack(cseq = 1, sdp?: string): string {
  return send({ method: 'ACK', isInside: true, cseq, sdp });
}

/** A BYE and its answer: of its transaction, for the answer of the INVITE may still be sent again. */
export function bye(cseq = 2, status = 200): string {
  const sent = send({ method: 'BYE', isInside: true, cseq }, `retrans="500" start_txn="bye${cseq}"`);
  return sent + receive(status, `response_txn="bye${cseq}"`);
}

export function cancel(): string {
  return send({ method: 'CANCEL', branch: '[branch-3]' }, 'retrans="500"');
}

/** The ACK of a refusal: of the same transaction. */
export function ackRefusal(steps: number, cseq = 1): string {
  return `<send><![CDATA[\n\n${message({ method: 'ACK', cseq, branch: `[branch-${steps}]` }).replace(/^To: .*$/m, '[last_To:]')}\n]]></send>`;
}

export function register(headers: readonly string[] = [], cseq = 1): string {
  const text = message({ method: 'REGISTER', cseq, headers: ['Expires: 60', ...headers] }).replaceAll(
    '[service]',
    '1007',
  );
  return `<send retrans="500"><![CDATA[\n\n${text}\n]]></send>`;
}

export function receive(status: number, attributes = ''): string {
  return `<recv response="${status}" ${attributes}/>`;
}

function ringing(): string {
  return receive(100, 'optional="true"') + receive(180, 'optional="true"');
}

export function answered(attributes = ''): string {
  return ringing() + receive(200, `rrs="true" ${attributes}`);
}

/** Waits for the server to hang up, and lets it. */
export function receiveBye(): string {
  return `<recv request="BYE"/><send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>`;
}

export function pause(ms: number): string {
  return `<pause milliseconds="${ms}"/>`;
}

export function scenario(...steps: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="yeta-sim">\n${steps.join('\n')}\n</scenario>\n`;
}
