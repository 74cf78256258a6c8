import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generatedFiles } from '../../tools/generate/generated.ts';
import { gradesIn } from '../../tools/generate/grade.ts';

describe('what follows from the code is as the code has it (npm run generate)', () => {
  it.each(generatedFiles().map(({ path, text }) => [path, text] as const))('%s', (path, text) => {
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

describe('how sure we are', () => {
  const page = readFileSync('docs/how-sure.md', 'utf8');

  /** What both a comment and a row of the page have: words and figures. */
  const plain = (text: string) => text.replace(/&lt;|[^\p{L}\p{N}]+/gu, ' ').trim();

  it('lists every (choice) of the code, with its file', () => {
    const files = [...globSync('src/**/*.ts'), 'fixtures/default.yaml'];
    const choices = files.flatMap((path) => {
      const source = readFileSync(path, 'utf8');
      // Found without the reader of comments that the page is made with.
      return [...source.matchAll(/\(choice(?=[);:,\s])/g)].map(({ index }) => ({
        path,
        before: plain(source.slice(Math.max(0, index - 25), index))
          .split(' ')
          .slice(1)
          .join(' '),
      }));
    });
    expect(choices.length).toBeGreaterThan(60);
    const rows = page.split('\n').filter((line) => /^\| [a-z, ]*choice/.test(line));
    const missing = choices.filter(
      ({ path, before }) => !rows.some((row) => row.includes(`](../${path})`) && plain(row).includes(before)),
    );
    expect(missing).toEqual([]);
  });

  it('takes a grade from any comment', () => {
    const source = [
      '/** Waits so long (choice). */',
      'const WAIT_MS = 5;',
      '// Two lines, of which',
      '// the second has it (seen).',
      'go();',
      'const a = 1; // at the end (choice: why not)',
      '/**',
      ' * First sentence. Second one (doc, seed 001), which goes on until it is too long to be taken as a whole, as this is.',
      ' * Third sentence that has nothing to say about how sure anybody is. All figures are (choice).',
      ' */',
      'export function f() {}',
    ].join('\n');
    expect(gradesIn('src/x.ts', source)).toEqual([
      { path: 'src/x.ts', grades: ['choice'], text: 'Waits so long.', thing: 'WAIT_MS = 5' },
      { path: 'src/x.ts', grades: ['seen'], text: 'Two lines, of which the second has it.', thing: null },
      { path: 'src/x.ts', grades: ['choice'], text: 'at the end (choice: why not)', thing: 'a' },
      {
        path: 'src/x.ts',
        grades: ['doc'],
        text: 'Second one (doc, seed 001), which goes on until it is too long to be taken as a whole, as this is.',
        thing: 'f',
      },
      { path: 'src/x.ts', grades: ['choice'], text: 'All figures are choice.', thing: 'f' },
    ]);
  });
});
