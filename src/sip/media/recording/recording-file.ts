import { type FileHandle, open } from 'node:fs/promises';
import { FRAME_BYTES, HEADER_BYTES, SAMPLE_RATE } from '../../../sim/recording/size.ts';

/** What waits for the disk at most: about 16 s of a call. */
const MOST_WAITING = 16;

/**
 * A stereo WAV that is written as it comes. The header follows the data at once, so whatever stops the process,
 * the file can be played up to the last chunk.
 */
export class RecordingFile {
  readonly path: string;
  #problem: string | null = null;
  #waiting = 0;
  #bytes = 0;
  #handle: FileHandle | null = null;
  #work: Promise<void>;

  constructor(path: string) {
    this.path = path;
    this.#work = this.#attempt(async () => {
      this.#handle = await open(path, 'w');
      await this.#write(wavHeader(0), 0);
    });
  }

  /** What could not be written, and why. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Takes the bytes over. If the disk does not keep up their place stays silent. */
  append(bytes: Uint8Array): void {
    const at = this.#bytes;
    this.#bytes += bytes.length;
    if (this.#waiting >= MOST_WAITING) {
      this.#problem ??= `${this.path}: the disk is too slow, parts are silent`;
      return;
    }
    this.#waiting++;
    this.#work = this.#work
      .then(() =>
        this.#attempt(async () => {
          await this.#write(bytes, HEADER_BYTES + at);
          await this.#write(wavHeader(at + bytes.length), 0);
        }),
      )
      .finally(() => this.#waiting--);
  }

  /** Cuts the data, or fills it up with silence, to `bytes`; closes the file. */
  async finish(bytes: number): Promise<void> {
    await this.#work;
    await this.#attempt(async () => {
      await this.#handle?.truncate(HEADER_BYTES + bytes);
      await this.#write(wavHeader(bytes), 0);
    });
    await this.#attempt(async () => this.#handle?.close());
  }

  async #write(bytes: Uint8Array, at: number): Promise<void> {
    await this.#handle?.write(bytes, 0, bytes.length, at);
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#problem ??= (error as Error).message;
    }
  }
}

/** RIFF header of PCM, 8 kHz, 16 bit, stereo (spec 2.6). */
function wavHeader(dataBytes: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('RIFF', 0);
  header.writeUInt32LE(HEADER_BYTES - 8 + dataBytes, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(2, 22);
  header.writeUInt32LE(SAMPLE_RATE, 24);
  header.writeUInt32LE(SAMPLE_RATE * FRAME_BYTES, 28);
  header.writeUInt16LE(FRAME_BYTES, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(dataBytes, 40);
  return header;
}
