import { FRAME_BYTES, HEADER_BYTES, SAMPLE_RATE } from './size.ts';

/** RIFF header of PCM, 8 kHz, 16 bit, stereo (spec 2.6). @param size of the whole file, bytes */
export function wavHeader(size: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  const write = (at: number, text: string): void => {
    for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  };
  write(0, 'RIFF');
  view.setUint32(4, size - 8, true);
  write(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 2, true);
  view.setUint32(24, SAMPLE_RATE, true);
  view.setUint32(28, SAMPLE_RATE * FRAME_BYTES, true);
  view.setUint16(32, FRAME_BYTES, true);
  view.setUint16(34, 16, true);
  write(36, 'data');
  view.setUint32(40, size - HEADER_BYTES, true);
  return bytes;
}
