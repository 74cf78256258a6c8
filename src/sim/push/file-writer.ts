import type { Engine } from '../engine.ts';
import type { FilePort } from '../port.ts';
import { Refusal } from '../refusal.ts';
import { markReady, markRemoved, openFile, type PushFileRow, unfinishedFiles } from './day-end.ts';

export interface FileWriterOptions {
  readonly engine: Engine;
  readonly files: FilePort;
  readonly log: (message: string, error: unknown) => void;
}

/** A zip that could not be written or removed. */
export interface FileFailure {
  readonly path: string;
  readonly error: unknown;
}

/**
 * Writes the failure files that were closed, and removes those whose time is over: outside of any transaction. What
 * cannot be written stays to be done; `hasWork` says so again at the next midnight, close or start.
 */
export class FileWriter {
  readonly #options: FileWriterOptions;
  #writing: Promise<readonly FileFailure[]> | null = null;

  constructor(options: FileWriterOptions) {
    this.#options = options;
  }

  get hasWork(): boolean {
    return this.#options.engine.world.hasFileWork;
  }

  /** Resolves when all zips that can be written stand under their names; rejects for a bug alone. @returns the others */
  write(): Promise<readonly FileFailure[]> {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }

  async #writeAll(): Promise<readonly FileFailure[]> {
    const { engine, log } = this.#options;
    const failures: FileFailure[] = [];
    while (this.hasWork) {
      engine.world.hasFileWork = false;
      for (const file of unfinishedFiles(engine.world)) {
        try {
          await this.#finish(file);
        } catch (error) {
          failures.push({ path: file.path, error });
          // The store takes nothing now: the set that is loaded then finds the file again.
          if (error instanceof Refusal) return failures;
          log(`the failure file ${file.path} could not be written or removed`, error);
        }
      }
    }
    return failures;
  }

  async #finish(file: PushFileRow): Promise<void> {
    const { engine, files } = this.#options;
    if (file.ready === 2) {
      await files.remove(file.path);
      await engine.execute((world) => markRemoved(world, file));
    } else {
      await files.write(openFile(engine.world, file));
      await engine.execute((world) => markReady(world, file));
    }
  }
}
