import { type FileHandle, open } from 'node:fs/promises';
import { HEADER_BYTES } from '../../../sim/recording/size.ts';
import { wavHeader } from '../../../sim/recording/wav-header.ts';

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
      await this.#write(wavHeader(HEADER_BYTES), 0);
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
          await this.#write(wavHeader(HEADER_BYTES + at + bytes.length), 0);
        }),
      )
      .finally(() => this.#waiting--);
  }

  /** Cuts the data, or fills it up with silence, to `bytes`; closes the file. */
  async finish(bytes: number): Promise<void> {
    await this.#work;
    await this.#attempt(async () => {
      await this.#handle?.truncate(HEADER_BYTES + bytes);
      await this.#write(wavHeader(HEADER_BYTES + bytes), 0);
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
