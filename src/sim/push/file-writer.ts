import type { Engine } from '../engine.ts';
import type { FilePort } from '../port.ts';
import { markReady, openFile, unwrittenFiles } from './day-end.ts';

/** Writes the failure files that were closed, and removes those whose time is over: outside of any transaction. */
export class FileWriter {
  readonly #engine: Engine;
  readonly #files: FilePort;
  #writing: Promise<void> | null = null;

  constructor(engine: Engine, files: FilePort) {
    this.#engine = engine;
    this.#files = files;
  }

  get hasWork(): boolean {
    const { filesClosed, filesToRemove } = this.#engine.world;
    return filesClosed || filesToRemove.length > 0;
  }

  /** Resolves when all zips stand under their names. */
  write(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.hasWork) {
      const { world } = this.#engine;
      world.filesClosed = false;
      for (const path of world.filesToRemove.splice(0)) await this.#files.remove(path);
      for (const file of unwrittenFiles(world)) {
        await this.#files.write(openFile(this.#engine.world, file));
        await this.#engine.execute((now) => markReady(now, file));
      }
    }
  }
}
