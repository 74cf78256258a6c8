import { Readable } from 'node:stream';
import { type Options, ZipFile } from 'yazl';
import type { FailureFile } from '../port.ts';
import { readPushFilePath } from './file-name.ts';

/** Text handed to the compressor at a time, in UTF-16 units: lines one by one cost ten times the work. */
const BLOCK_LENGTH = 64 * 1024;

/**
 * A failure file as a stream of bytes at flat memory: a line is asked for only when the reader wants it.
 * In it, as the seed warns, nested folders: `<business_id>/<yyyy-MM-dd>/<module>/<module>.json`, a line of JSON
 * per push, joined by newlines (choice). Modules come in the order of their names and every date in it is
 * `modifiedAt`, so that the same lines give the same bytes whenever they are written.
 * A generator that throws fails the stream with its error.
 */
export function zipFailures(file: FailureFile, modifiedAt: Options['mtime']): Readable {
  const parts = readPushFilePath(file.path);
  if (parts === null) throw new Error(`"${file.path}" is not the path of a failure file`);
  const { businessId, day } = parts;
  const zip = new ZipFile();
  // The types say NodeJS.ReadableStream; it is a PassThrough.
  const output = zip.outputStream as Readable;
  zip.on('error', (error) => output.destroy(error));
  const modules = file.modules.toSorted((a, b) => (a.module < b.module ? -1 : 1));
  for (const { module, lines } of modules) {
    const path = `${businessId}/${day}/${module}/${module}.json`;
    zip.addReadStreamLazy(path, { mtime: modifiedAt, forceDosTimestamp: true, mode: 0o100644 }, (done) => {
      const source = Readable.from(joinLines(lines()), { objectMode: false, highWaterMark: 1 });
      source.on('error', (error) => output.destroy(error));
      output.on('close', () => source.destroy());
      done(null, source);
    });
  }
  zip.end();
  return output;
}

/** The lines joined by "\n", in blocks. */
function* joinLines(lines: Iterable<string>): Generator<Buffer> {
  let block = '';
  let isFirst = true;
  for (const line of lines) {
    block += isFirst ? line : `\n${line}`;
    isFirst = false;
    if (block.length < BLOCK_LENGTH) continue;
    yield Buffer.from(block);
    block = '';
  }
  if (block !== '') yield Buffer.from(block);
}
