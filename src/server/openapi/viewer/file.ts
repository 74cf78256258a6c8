import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Files of the viewer (swagger-ui), and their types. */
const TYPES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=UTF-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=UTF-8',
};

/** Where `npm run build` puts them, with their licence; a checkout has them in its development dependencies. */
const PACKAGED = new URL('./swagger-ui/', import.meta.url);

/** A file of the viewer; null if it has none of this name. Read when it is asked for: nobody waits for it at a start. */
export async function readViewerFile(
  name: string,
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string } | null> {
  if (!Object.hasOwn(TYPES, name)) return null;
  const folder = existsSync(fileURLToPath(PACKAGED))
    ? PACKAGED
    : new URL('./', import.meta.resolve('swagger-ui-dist/package.json'));
  return { bytes: await readFile(new URL(name, folder)), type: TYPES[name] ?? '' };
}
