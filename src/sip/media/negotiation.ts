import { isIP } from 'node:net';
import type { Direction, Negotiated } from './media.ts';
import type { Law } from './rtp/g711.ts';
import { type MediaLine, type OwnLine, parseSdp, type SdpRefusal, TELEPHONE_EVENT, writeSdp } from './sdp.ts';

/** What was agreed on, from our side. */
export interface Agreement {
  /** Where audio goes until the first packet has come; null if SDP does not say (a name, or 0.0.0.0). */
  readonly remote: { readonly address: string; readonly port: number } | null;
  readonly law: Law;
  readonly payload: number;
  /** Payload types of telephone events. */
  readonly eventPayloads: readonly number[];
  readonly direction: Direction;
}

export interface OwnPlace {
  readonly address: string;
  readonly port: number;
  readonly sessionId: number;
  /** Of the socket. */
  readonly family: 4 | 6;
}

type Outcome<T> = Negotiated<T & { readonly agreement: Agreement }>;

const OFFERED_EVENT = 101;
const OFFERED: ReadonlyMap<number, string> = new Map([
  [8, 'PCMA'],
  [0, 'PCMU'],
  [OFFERED_EVENT, TELEPHONE_EVENT],
]);
const STATIC_CODECS: MediaLine['codecs'] = new Map([
  [0, { name: 'PCMU', rate: 8000 }],
  [8, { name: 'PCMA', rate: 8000 }],
]);
const MIRRORED: Readonly<Record<Direction, Direction>> = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
};
const FRESH: readonly OwnLine[] = [{ type: 'audio', protocol: 'RTP/AVP', formats: [], codecs: OFFERED }];

/** Offers and answers of one dialog (RFC 3264). It keeps what later ones must repeat: the lines and their order. */
export class Negotiation {
  readonly #place: OwnPlace;
  #lines: readonly OwnLine[] = FRESH;
  #version = 0;
  #lastWritten = '';

  constructor(place: OwnPlace) {
    this.#place = place;
  }

  answer(offer: string): Outcome<{ readonly sdp: string }> {
    const description = parseSdp(offer);
    if (description === null) return UNREADABLE;
    const { media, timing } = description;
    const chosen = this.#choose(media);
    if (!chosen.ok) return chosen;
    const { agreement, index } = chosen;
    const codecs = new Map<number, string>([[agreement.payload, agreement.law]]);
    for (const payload of agreement.eventPayloads) codecs.set(payload, TELEPHONE_EVENT);
    this.#lines = media.map((line, i) => ownLine(line, i === index ? codecs : null));
    const sdp = this.#write(timing, agreement.direction);
    return { ok: true, direction: agreement.direction, sdp, agreement };
  }

  offer(): string {
    // "the 'm=' lines in the new SDP MUST be at least as many as in the previous" (RFC 3264 section 8)
    this.#lines = this.#lines.map((line) => (line.codecs === null ? line : { ...line, codecs: OFFERED }));
    return this.#write('0 0', 'sendrecv');
  }

  takeAnswer(answer: string): Outcome<unknown> {
    const media = parseSdp(answer)?.media;
    if (media === undefined) return UNREADABLE;
    const chosen = this.#choose(media);
    if (!chosen.ok) return chosen;
    // "the payload type numbers … indicate … what the answerer wishes to receive" (RFC 3264 section 6.1): what we
    // receive may have the numbers of our offer instead.
    const eventPayloads = [...new Set([...chosen.agreement.eventPayloads, OFFERED_EVENT])];
    const agreement = { ...chosen.agreement, eventPayloads };
    return { ok: true, direction: agreement.direction, agreement };
  }

  #choose(media: readonly MediaLine[]): { ok: true; agreement: Agreement; index: number } | SdpRefusal {
    const audio = media.filter(({ type, port }) => type === 'audio' && port !== 0);
    if (audio.length === 0) return refuse('no-audio', 304, 'no audio in the SDP');
    const plain = audio.filter(({ protocol }) => /^RTP\/AVPF?$/i.test(protocol));
    if (plain.length === 0) {
      return refuse('wrong-transport', 302, `audio over ${quote(audio[0]?.protocol)}, expected RTP/AVP`);
    }
    const usable = plain.find((line) => codecOf(line) !== null);
    const codec = usable === undefined ? null : codecOf(usable);
    if (usable === undefined || codec === null) return refuse('no-codec', 305, 'no PCMA or PCMU in the SDP');
    const { connection, port } = usable;
    const address = connection?.address ?? '';
    if (connection === null || (isIP(address) !== 0 && isIP(address) !== this.#place.family)) {
      return refuse('wrong-address', 301, `no IPv${this.#place.family} address in the SDP`);
    }
    // RFC 3264 section 8.4: an address of 0.0.0.0 is the hold of RFC 2543.
    const isNowhere = address === '0.0.0.0' || address === '::';
    const theirs = isNowhere ? withoutReceiving(usable.direction) : usable.direction;
    const remote = isIP(address) === 0 || isNowhere ? null : { address, port };
    const agreement = {
      remote,
      ...codec,
      eventPayloads: eventPayloadsOf(usable),
      direction: MIRRORED[theirs],
    };
    return { ok: true, agreement, index: media.indexOf(usable) };
  }

  /** "If the version has not changed, the SDP is the same": RFC 3264 section 8, so it goes up with each change. */
  #write(timing: string, direction: Direction): string {
    const own = { ...this.#place, timing, direction, lines: this.#lines };
    if (writeSdp({ ...own, version: this.#version }) !== this.#lastWritten) this.#version++;
    this.#lastWritten = writeSdp({ ...own, version: this.#version });
    return this.#lastWritten;
  }
}

const UNREADABLE = refuse('unreadable', 399, 'the SDP cannot be read');

function refuse(reason: SdpRefusal['reason'], warning: SdpRefusal['warning'], why: string): SdpRefusal {
  return { ok: false, reason, warning, why };
}

function quote(text = ''): string {
  return text.replaceAll(/[^\w/.+-]/g, '?').slice(0, 40);
}

function ownLine({ type, protocol, formats }: MediaLine, codecs: OwnLine['codecs']): OwnLine {
  return { type, protocol, formats, codecs };
}

/** The first that the peer names: "SHOULD be listed in the same relative order" (RFC 3264 section 6). */
function codecOf(line: MediaLine): { law: Law; payload: number } | null {
  for (const payload of payloadsOf(line)) {
    const { name, rate } = codecIn(line, payload) ?? { name: '', rate: 0 };
    if ((name === 'PCMA' || name === 'PCMU') && rate === 8000) return { law: name, payload };
  }
  return null;
}

/** The one that fits G.711's clock; phones that know wideband name another too. */
function eventPayloadsOf(line: MediaLine): number[] {
  const isEvent = (payload: number) => {
    const codec = codecIn(line, payload);
    return codec?.name === TELEPHONE_EVENT.toUpperCase() && codec.rate === 8000;
  };
  return payloadsOf(line).filter(isEvent).slice(0, 1);
}

function payloadsOf({ formats }: MediaLine): number[] {
  return formats.map(Number).filter((payload) => Number.isInteger(payload) && payload >= 0 && payload < 128);
}

function codecIn({ codecs }: MediaLine, payload: number): { name: string; rate: number } | undefined {
  return codecs.get(payload) ?? STATIC_CODECS.get(payload);
}

function withoutReceiving(direction: Direction): Direction {
  return direction === 'sendrecv' || direction === 'sendonly' ? 'sendonly' : 'inactive';
}
