import { copyFileSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/* Puts the files of the API viewer, which `/docs` serves, into the package, with their licences. */

const FILES = [
  'swagger-ui.css',
  'swagger-ui-bundle.js',
  'swagger-ui-bundle.js.LICENSE.txt',
  'LICENSE',
  'NOTICE',
];

const from = new URL('./', import.meta.resolve('swagger-ui-dist/package.json'));
const to = new URL('../dist/server/openapi/viewer/swagger-ui/', import.meta.url);
mkdirSync(to, { recursive: true });
for (const file of FILES) copyFileSync(fileURLToPath(new URL(file, from)), fileURLToPath(new URL(file, to)));
