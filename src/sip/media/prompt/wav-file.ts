/** What a WAV file holds. */
export interface Wav {
  /** Samples a second. */
  readonly rate: number;
  readonly channels: 1 | 2;
  /** Those of the channels in turn. */
  readonly samples: Int16Array;
}

const PCM = 1;
const EXTENSIBLE = 0xfffe;
const RATES = [4000, 192_000] as const;

/** Reads a WAV file of PCM, 16 bit, mono or stereo. @throws Error that says what it found instead */
export function readWav(file: Buffer): Wav {
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE') {
    throw new Error('not a WAV file');
  }
  let format: Omit<Wav, 'samples'> | null = null;
  for (let at = 12; at + 8 <= file.length; ) {
    const name = file.toString('latin1', at, at + 4);
    const length = file.readUInt32LE(at + 4);
    const content = file.subarray(at + 8, at + 8 + length);
    if (name === 'fmt ') format = readFormat(content);
    if (name === 'data') {
      if (format === null) throw new Error('a WAV file without a format before its data');
      return { ...format, samples: readSamples(content, format.channels) };
    }
    at += 8 + length + (length % 2);
  }
  throw new Error('a WAV file without data');
}

function readFormat(content: Buffer): Omit<Wav, 'samples'> {
  if (content.length < 16) throw new Error('a WAV file with half a format');
  const coding = content.readUInt16LE(0);
  const channels = content.readUInt16LE(2);
  const rate = content.readUInt32LE(4);
  const bits = content.readUInt16LE(14);
  const isPcm =
    coding === PCM || (coding === EXTENSIBLE && content.length >= 26 && content.readUInt16LE(24) === PCM);
  if (!isPcm || bits !== 16 || (channels !== 1 && channels !== 2) || rate < RATES[0] || rate > RATES[1]) {
    throw new Error(
      `a WAV file of format ${coding}, ${bits} bit, ${channels} channels, ${rate} Hz; expected PCM, 16 bit, 1 or 2`,
    );
  }
  return { rate, channels };
}

/** A copy of what is there of whole frames, for the file may be cut off and its data begin at an odd address. */
function readSamples(content: Buffer, channels: number): Int16Array {
  const frames = Math.floor(content.length / (2 * channels));
  const bytes = new Uint8Array(frames * 2 * channels);
  bytes.set(content.subarray(0, bytes.length));
  return new Int16Array(bytes.buffer);
}
