import { constants, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, realpath, rename, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { FilePort } from '../port.ts';
import type { FailPoint } from '../store/database.ts';
import { readCode } from './exchange.ts';
import { readPushFilePath } from './file-name.ts';
import { zipFailures } from './zip.ts';

/** A failure file that is being read; whoever opened it closes it. */
export interface OpenFile {
  /** Bytes. */
  readonly size: number;
  /** Up to `length` bytes from `position` on; empty at the end. */
  read(position: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface FileStore extends FilePort {
  /** Null for anything that is not a complete failure file of this folder, whatever `path` says. */
  open(path: string): Promise<OpenFile | null>;
  /** A file that was written before, by this store or another. @throws Error if the path is none of a failure file */
  place(path: string, bytes: Uint8Array): Promise<void>;
  /** Removes all files. */
  clear(): Promise<void>;
  /** Waits for what is being written; removes the folder if it was a private one. */
  close(): Promise<void>;
  /** What is open: files that are being read, and a private folder, a line each. */
  held(): readonly string[];
}

const TEMPORARY = /^\..*\.zip\.tmp$/;
const NO_SUCH_FILE = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG']);

/**
 * Failure files on disk (spec 3.5). With `folder` null they live in a private temporary folder, made at the
 * first write and gone at the close; in a folder of one's own they survive power loss (file and folder are
 * synced), and what a crash left half-written is removed at the start. Writes and removals take turns.
 */
export function createFilePort(
  folder: string | null,
  failPoint: (point: FailPoint) => void = () => {},
): FileStore {
  const isDurable = folder !== null;
  let root = folder;
  /** Paths of what is being read, by their readers. */
  const readers = new Map<OpenFile, string>();
  let lastTurn: Promise<unknown> = Promise.resolve();

  function takeTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = lastTurn.then(work);
    lastTurn = turn.catch(() => undefined);
    return turn;
  }

  if (folder !== null) void takeTurn(() => removeLeftovers(folder));

  return {
    write: (file) =>
      takeTurn(async () => {
        root ??= await mkdtemp(join(tmpdir(), 'yeta-sim-'));
        const bytes = () => zipFailures(file, noonOf(file.path));
        return writeZip(join(root, toSafePath(file.path)), bytes, { isDurable, failPoint });
      }),

    place: (path, bytes) =>
      takeTurn(async () => {
        root ??= await mkdtemp(join(tmpdir(), 'yeta-sim-'));
        await writeZip(join(root, toSafePath(path)), () => [bytes], { isDurable, failPoint });
      }),

    remove: (path) =>
      takeTurn(async () => {
        if (root === null) return;
        const target = join(root, toSafePath(path));
        await rm(target, { force: true });
        // The day's folder goes with its last file; one that is not empty, or gone, stays as it is.
        await rmdir(dirname(target)).catch(() => undefined);
      }),

    async open(path) {
      const file = root === null ? null : await openInside(root, path);
      if (file === null) return null;
      const reader: OpenFile = {
        ...file,
        close() {
          readers.delete(reader);
          return file.close();
        },
      };
      readers.set(reader, path);
      return reader;
    },

    clear: () =>
      takeTurn(async () => {
        if (root !== null) await rm(root, { recursive: true, force: true });
        root = folder;
      }),

    close: () =>
      takeTurn(async () => {
        if (isDurable || root === null) return;
        await rm(root, { recursive: true, force: true });
        root = null;
      }),

    held: () => [
      ...[...readers.values()].map((path) => `the failure file ${path}, which is being read`),
      ...(isDurable || root === null ? [] : [`the folder ${root}`]),
    ],
  };
}

/** Under another name until it is complete, synced and renamed: no reader and no crash sees half a file. */
async function writeZip(
  target: string,
  bytes: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array> | NodeJS.ReadableStream,
  options: { isDurable: boolean; failPoint: (point: FailPoint) => void },
): Promise<{ bytes: number }> {
  const { isDurable, failPoint } = options;
  const folder = dirname(target);
  const temporary = join(folder, `.${target.slice(folder.length + 1)}.tmp`);
  await mkdir(folder, { recursive: true });
  const output = createWriteStream(temporary, { flush: isDurable });
  try {
    await pipeline(bytes(), output);
    failPoint('before-rename');
    await rename(temporary, target);
    failPoint('after-rename');
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  if (isDurable) await syncFolders(folder);
  return { bytes: output.bytesWritten };
}

/** The day's folder and the two above it, which may be new. */
async function syncFolders(day: string): Promise<void> {
  for (const folder of [day, dirname(day), dirname(dirname(day))]) {
    const handle = await open(folder, 'r');
    // Windows cannot sync a folder.
    await handle.sync().catch(() => undefined);
    await handle.close();
  }
}

async function openInside(root: string, path: string): Promise<OpenFile | null> {
  if (readPushFilePath(path) === null) return null;
  try {
    const target = join(await realpath(root), path);
    // A link anywhere on the way would lead out of the folder.
    if ((await realpath(target)) !== target) return null;
    const handle = await open(target, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stat = await handle.stat();
    if (!stat.isFile()) {
      await handle.close();
      return null;
    }
    return {
      size: stat.size,
      async read(position, length) {
        const buffer = Buffer.allocUnsafe(length);
        const { bytesRead } = await handle.read(buffer, 0, length, position);
        return buffer.subarray(0, bytesRead);
      },
      close: () => handle.close(),
    };
  } catch (error) {
    if (NO_SUCH_FILE.has(readCode(error))) return null;
    throw error;
  }
}

async function removeLeftovers(root: string): Promise<void> {
  const names = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const leftovers = names.filter((entry) => entry.isFile() && TEMPORARY.test(entry.name));
  await Promise.all(leftovers.map((entry) => rm(join(entry.parentPath, entry.name), { force: true })));
}

function toSafePath(path: string): string {
  if (readPushFilePath(path) === null) throw new Error(`"${path}" is not the path of a failure file`);
  return path;
}

/** In the zone of the process, because a zip's dates have no zone and yazl reads the local fields. */
function noonOf(path: string): Date {
  const [year = 1980, month = 1, date = 1] = readPushFilePath(path)?.day.split('-').map(Number) ?? [];
  return new Date(year, month - 1, date, 12);
}
