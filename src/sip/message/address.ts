import { decodeText, indexOutsideQuotes, type Parameters, readParameters, trimBlanks } from './text.ts';

/** A URI; `text` is what came, byte for byte. */
export interface SipUri {
  readonly text: string;
  /** Lower case: sip, sips or tel. */
  readonly scheme: 'sip' | 'sips' | 'tel';
  /** Unescaped and decoded, without password and parameters; the number of a tel URI without its separators; '' if there is none. */
  readonly user: string;
  /** Lower case; '' in a tel URI. */
  readonly host: string;
  readonly port: number | null;
  readonly parameters: Parameters;
}

/** `"Name" <sip:…>;tag=…`, or the bare URI with the header's parameters after it. */
export interface NameAddress {
  readonly uri: SipUri;
  readonly parameters: Parameters;
}

const SIP_URI =
  /^(sips?):(?:([^@]*)@)?(\[[\da-fA-F:.]+\]|[^:;?@ \t<>"]+)(?::(\d{1,5}))?((?:;[^?]*)?)(?:\?.*)?$/is;
const TEL_URI = /^tel:([^;?]+)((?:;.*)?)$/is;
const TEL_SEPARATORS = /[-.()]/g;

/** Null if it is none that is understood. */
export function readUri(text: string): SipUri | null {
  const bare = trimBlanks(text);
  const sip = SIP_URI.exec(bare);
  if (sip !== null) {
    const [, scheme = '', userInfo = '', host = '', port, parameters = ''] = sip;
    if (port !== undefined && Number(port) > 65_535) return null;
    return {
      text: bare,
      scheme: scheme.toLowerCase() as 'sip' | 'sips',
      user: unescapeUser(userInfo.split(/[:;]/, 1)[0] ?? ''),
      host: host.toLowerCase(),
      port: port === undefined ? null : Number(port),
      parameters: readParameters(parameters),
    };
  }
  const [, number, parameters = ''] = TEL_URI.exec(bare) ?? [];
  if (number === undefined) return null;
  return {
    text: bare,
    scheme: 'tel',
    user: unescapeUser(number).replace(TEL_SEPARATORS, ''),
    host: '',
    port: null,
    parameters: readParameters(parameters),
  };
}

/** Null if there is no URI in it that is understood. Display names are taken in any form, quoted or not. */
export function readNameAddress(text: string): NameAddress | null {
  const open = indexOutsideQuotes(text, '<');
  if (open >= 0) {
    const close = text.indexOf('>', open);
    const uri = close < 0 ? null : readUri(text.slice(open + 1, close));
    return uri === null ? null : { uri, parameters: readParameters(text.slice(close + 1)) };
  }
  // RFC 3261, 20.10: without brackets, parameters are the header's and not the URI's.
  const semicolon = text.indexOf(';');
  const uri = readUri(semicolon < 0 ? text : text.slice(0, semicolon));
  if (uri === null) return null;
  return { uri, parameters: readParameters(semicolon < 0 ? '' : text.slice(semicolon + 1)) };
}

function unescapeUser(user: string): string {
  const bytes = user.replace(/%([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return decodeText(bytes);
}
