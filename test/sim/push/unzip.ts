import { text } from 'node:stream/consumers';
import { openPromise } from 'yauzl';

/** The files of a zip in their order, as yauzl reads them. */
export async function unzip(
  path: string,
): Promise<{ name: string; text: string; mode: number; at: string }[]> {
  const zip = await openPromise(path);
  const files: { name: string; text: string; mode: number; at: string }[] = [];
  for await (const entry of zip.eachEntry()) {
    files.push({
      name: entry.fileName,
      text: await text(await zip.openReadStreamPromise(entry)),
      mode: entry.externalFileAttributes >>> 16,
      at: entry.getLastModDate().toString().slice(0, 24),
    });
  }
  return files;
}
