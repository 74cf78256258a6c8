import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { ConfigurationError } from '../../sim/configuration-error.ts';

/** In every certificate: what clients have in their code, and what this machine calls itself. */
export const STANDARD_NAMES: readonly string[] = ['www.xfyeta.com', 'localhost', '127.0.0.1', '::1'];

/**
 * What an authority may sign for beside the names that it was made for: the platform, and whatever means nobody on the
 * Internet (RFC 2606, 6761, 6762 and ICANN's choice of 2024; RFC 1918, 4193), so that machines can be added later.
 */
export const PRIVATE_NAMES: readonly string[] = [
  'xfyeta.com',
  'localhost',
  'test',
  'example',
  'local',
  'internal',
];
export const PRIVATE_NETWORKS: readonly { readonly address: string; readonly bits: number }[] = [
  { address: '127.0.0.0', bits: 8 },
  { address: '10.0.0.0', bits: 8 },
  { address: '172.16.0.0', bits: 12 },
  { address: '192.168.0.0', bits: 16 },
  { address: '::1', bits: 128 },
  { address: 'fc00::', bits: 7 },
];

/** A host name or an address as it stands in a certificate. @throws ConfigurationError */
export function readName(text: string): string {
  const bare = text.replace(/^\[(.*)\]$/, '$1');
  if (isIP(bare) !== 0) return writeAddress(readAddress(bare));
  const name = domainToASCII(text.replace(/^\*\./, '')).replace(/\.$/, '');
  const label = '[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?';
  // What ends in a figure would be read as an address.
  if (name.length <= 253 && new RegExp(`^(${label}\\.)*${label}$`).test(name) && !/(^|\.)\d+$/.test(name))
    return text.startsWith('*.') ? `*.${name}` : name;
  const expected = 'a host name or an address, such as yeta-sim, *.example.test or 192.168.1.10';
  throw new ConfigurationError([{ place: 'NAME', found: `"${text}"`, expected }]);
}

/** The bytes of an IPv4 or IPv6 address, 4 or 16. */
export function readAddress(address: string): Uint8Array<ArrayBuffer> {
  if (isIP(address) === 4) return Uint8Array.from(address.split('.'), Number);
  // The parser brings every spelling into one, with figures in hexadecimal only.
  const plain = new URL(`http://[${address.replace(/%.*/, '')}]`).hostname.slice(1, -1);
  const [front = '', back = ''] = plain.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => parseInt(group, 16)));
  const [before, after] = [groups(front), groups(back)];
  const all = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 255]));
}

/** The other way round, in the shortest spelling. */
export function writeAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const view = Buffer.from(bytes);
  const groups = Array.from({ length: 8 }, (_, i) => view.readUInt16BE(2 * i).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** The bytes of a network's mask. */
export function maskOf(bits: number, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => 255 & ~(255 >> Math.min(8, Math.max(0, bits - 8 * i))));
}
