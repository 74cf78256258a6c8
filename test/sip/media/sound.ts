/** Samples of a sine at 8 kHz; half of full scale. */
export function sine(hertz: number, ms: number, level = 8000): Int16Array {
  return Int16Array.from({ length: ms * 8 }, (_, i) => level * Math.sin((2 * Math.PI * hertz * i) / 8000));
}

/** Power of one frequency (Goertzel), relative to the whole power: 0 to 1; 0 for silence. */
export function toneShare(samples: Int16Array, hertz: number): number {
  const twice = 2 * Math.cos((2 * Math.PI * hertz) / 8000);
  let [one, two, power] = [0, 0, 0];
  for (const sample of samples) {
    [one, two] = [sample + twice * one - two, one];
    power += sample * sample;
  }
  if (power === 0) return 0;
  return (2 * (one * one + two * two - twice * one * two)) / (samples.length * power);
}

/** Root of the mean square. */
export function loudness(samples: Int16Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length));
}

/** One side of a recording. */
export function sideOf(file: Buffer, side: 'robot' | 'caller'): Int16Array {
  const channel = side === 'robot' ? 0 : 2;
  return Int16Array.from({ length: (file.length - 44) / 4 }, (_, i) =>
    file.readInt16LE(44 + i * 4 + channel),
  );
}

/** Positions of the first and last sample that are louder than noise; null for silence. */
export function soundSpan(samples: Int16Array): [number, number] | null {
  const isLoud = (sample: number) => Math.abs(sample) > 200;
  const first = samples.findIndex(isLoud);
  return first < 0 ? null : [first, samples.findLastIndex(isLoud)];
}

/** A WAV file of 16 bit. */
export function wavOf(channels: readonly Int16Array[], rate: number): Buffer {
  const frames = channels[0]?.length ?? 0;
  const data = Buffer.alloc(frames * channels.length * 2);
  channels.forEach((samples, channel) => {
    samples.forEach((sample, i) => void data.writeInt16LE(sample, (i * channels.length + channel) * 2));
  });
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(channels.length, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * channels.length * 2, 28);
  head.writeUInt16LE(channels.length * 2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}
