/** The two codecs of ITU-T G.711, by their names in SDP: A-law and µ-law, 8,000 samples a second of one byte. */
export type Law = 'PCMA' | 'PCMU';

interface Tables {
  /** Linear sample by code. */
  readonly decoding: Int16Array;
  /** Code by linear sample as 16 unsigned bits. */
  readonly encoding: Uint8Array;
  /** The code of no sound. */
  readonly silence: number;
}

const TABLES: Readonly<Record<Law, Tables>> = {
  PCMA: tablesOf(decodeALaw, encodeALaw),
  PCMU: tablesOf(decodeMuLaw, encodeMuLaw),
};

export function silenceOf(law: Law): number {
  return TABLES[law].silence;
}

/** Decodes `codes` into the begin of `samples`, which must be as long. */
export function decode(law: Law, codes: Uint8Array, samples: Int16Array): void {
  const { decoding } = TABLES[law];
  for (let i = 0; i < codes.length; i++) samples[i] = decoding[codes[i] as number] as number;
}

/** Encodes `samples` into the begin of `codes`, which must be as long. */
export function encode(law: Law, samples: Int16Array, codes: Uint8Array): void {
  const { encoding } = TABLES[law];
  for (let i = 0; i < samples.length; i++) codes[i] = encoding[(samples[i] as number) & 0xffff] as number;
}

function tablesOf(decodeOne: (code: number) => number, encodeOne: (sample: number) => number): Tables {
  const encoding = Uint8Array.from({ length: 65_536 }, (_, i) => encodeOne(i > 32_767 ? i - 65_536 : i));
  return {
    decoding: Int16Array.from({ length: 256 }, (_, code) => decodeOne(code)),
    encoding,
    silence: encoding[0] as number,
  };
}

/** G.711 table 1: sign, three bits of segment, four of step; even bits inverted. */
function decodeALaw(code: number): number {
  const bits = code ^ 0x55;
  const segment = (bits & 0x70) >> 4;
  const step = (bits & 0x0f) << 4;
  const level = segment === 0 ? step + 8 : (step + 0x108) << (segment - 1);
  return bits & 0x80 ? level : -level;
}

function encodeALaw(sample: number): number {
  const mask = sample >= 0 ? 0xd5 : 0x55;
  const level = sample >= 0 ? sample >> 3 : -(sample >> 3) - 1;
  const segment = segmentOf(level, 0x1f);
  if (segment > 7) return 0x7f ^ mask;
  return ((segment << 4) | ((level >> Math.max(1, segment)) & 0x0f)) ^ mask;
}

/** G.711 table 2: as A-law with a bias of 33 (132 on 16 bits); all bits inverted. */
function decodeMuLaw(code: number): number {
  const bits = ~code & 0xff;
  const level = ((((bits & 0x0f) << 3) + 0x84) << ((bits & 0x70) >> 4)) - 0x84;
  return bits & 0x80 ? -level : level;
}

function encodeMuLaw(sample: number): number {
  const mask = sample >> 2 < 0 ? 0x7f : 0xff;
  const level = Math.min(8159, Math.abs(sample >> 2)) + 33;
  const segment = segmentOf(level, 0x3f);
  if (segment > 7) return 0x7f ^ mask;
  return ((segment << 4) | ((level >> (segment + 1)) & 0x0f)) ^ mask;
}

/** The first of eight segments, each twice as high, whose `ceiling` is not below the level; 8 if none is. */
function segmentOf(level: number, ceiling: number): number {
  let segment = 0;
  for (let top = ceiling; segment < 8 && level > top; top = (top << 1) | 1) segment++;
  return segment;
}
