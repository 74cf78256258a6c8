import { type Chance, deriveChance, drawHex } from '../random.ts';

/**
 * A UUID of version 4 in shape, drawn for a call, in which its rowid can be found again: 12 digits are the id hidden
 * by a mask that the other digits give. So a call is found by its uuid without an index over random keys.
 */
export function callUuid(seed: number, callId: number, chance: Chance): string {
  const rest = drawHex(chance, 'uuid', 10);
  const tail = rest.slice(0, 15);
  const variant = '89ab'.charAt(Number.parseInt(rest.charAt(15), 16) % 4);
  const hidden = (BigInt(callId) ^ mask(seed, tail, variant)).toString(16).padStart(12, '0');
  return `${hidden.slice(0, 8)}-${hidden.slice(8)}-4${tail.slice(0, 3)}-${variant}${tail.slice(3, 6)}-${tail.slice(6, 15)}${rest.slice(16, 19)}`;
}

/** The rowid that a call with this uuid would have; whether there is one is for the caller to see. */
export function idOfUuid(seed: number, uuid: string): number | null {
  const parts = /^([\da-f]{8})-([\da-f]{4})-4([\da-f]{3})-([89ab])([\da-f]{3})-([\da-f]{9})[\da-f]{3}$/.exec(
    uuid,
  );
  if (parts === null) return null;
  const [, high = '', low = '', a = '', variant = '', b = '', c = ''] = parts;
  const id = BigInt(`0x${high}${low}`) ^ mask(seed, a + b + c, variant);
  return Number(id);
}

/** 48 bits. */
function mask(seed: number, tail: string, variant: string): bigint {
  return BigInt(deriveChance(seed, 'uuid-mask', tail, variant)) & 0xffff_ffff_ffffn;
}
