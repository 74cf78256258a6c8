import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PhoneRecording } from '../sim/call/call.ts';
import { recordedMs, recordingSize } from '../sim/recording/size.ts';
import { wavHeader } from '../sim/recording/wav-header.ts';

const RECORDING = /^([\da-f-]{36})\.wav$/;

/** Where recordings of phone calls stand, one `<call uuid>.wav` each; nothing is made before one is needed. */
export class Shelf {
  readonly #durable: string | null;
  #folder: string | null;
  /** What is still being written, by name. */
  readonly #open = new Map<string, Promise<unknown>>();

  /** @param dataDir null: a folder of its own, gone with the shelf */
  constructor(dataDir: string | null) {
    this.#durable = dataDir === null ? null : join(dataDir, 'recording');
    this.#folder = this.#durable;
  }

  /** Made if it is missing. */
  get folder(): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'yeta-sim-recording-'));
    mkdirSync(this.#folder, { recursive: true });
    return this.#folder;
  }

  /** A recording is being completed; whoever asks for it waits. */
  complete(file: string, writing: Promise<unknown>): void {
    const done = writing.finally(() => {
      if (this.#open.get(file) === done) this.#open.delete(file);
    });
    this.#open.set(file, done);
  }

  /** The path of a recording that is whole; null if there is none of this name. */
  async find(file: string): Promise<string | null> {
    await this.#open.get(file);
    if (this.#folder === null || !RECORDING.test(file)) return null;
    const path = join(this.#folder, file);
    return existsSync(path) ? path : null;
  }

  /** Makes whole, as far as it got, what a process that died has left of a recording; null: nothing that can be heard. */
  salvage(callUuid: string): PhoneRecording | null {
    const file = `${callUuid}.wav`;
    const path = this.#durable === null ? null : join(this.#durable, file);
    if (path === null || !existsSync(path)) return null;
    const durationMs = recordedMs(statSync(path).size);
    if (durationMs === 0) return null;
    const bytes = recordingSize(durationMs);
    const handle = openSync(path, 'r+');
    ftruncateSync(handle, bytes);
    writeSync(handle, wavHeader(bytes), 0, undefined, 0);
    closeSync(handle);
    return { file, bytes, durationMs };
  }

  /** Removes the recordings of calls that are gone. @param isKept asked by the call's uuid */
  async sweep(isKept: (callUuid: string) => boolean | Promise<boolean>): Promise<void> {
    if (this.#folder === null || !existsSync(this.#folder)) return;
    for (const file of readdirSync(this.#folder)) {
      const uuid = RECORDING.exec(file)?.[1];
      if (uuid === undefined || this.#open.has(file) || (await isKept(uuid))) continue;
      rmSync(join(this.#folder, file), { force: true });
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#open.values());
    if (this.#durable === null && this.#folder !== null)
      rmSync(this.#folder, { recursive: true, force: true });
  }

  /** A folder that goes with the shelf and is still there. */
  held(): readonly string[] {
    const isThere = this.#durable === null && this.#folder !== null && existsSync(this.#folder);
    return isThere ? [`the folder ${this.#folder}`] : [];
  }
}
