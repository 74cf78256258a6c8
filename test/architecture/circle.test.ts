import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { describe, expect, it } from 'vitest';
import { importedBy, isTypeOnly, nodesOf } from './syntax.ts';

/*
 * What is imported only as a type may import back: nothing of it is left when the code runs, and what belongs together
 * may know each other by name (a world and those that work on it). What is loaded later counts all the same.
 */

describe('imports', () => {
  it('go in no circle', () => {
    const files = globSync('src/**/*.ts').map((path) => path.replaceAll('\\', '/'));
    const graph = new Map(files.map((path) => [path, importsOf(path, readFileSync(path, 'utf8'))]));
    expect([...graph.values()].flat().length).toBeGreaterThan(files.length);
    expect(findCircle(graph)).toBeNull();
  });

  it.each([
    [`import { b } from './b.ts';`],
    [`import { type A, b } from './b.ts';`],
    [`import './b.ts';`],
    [`export { b } from './b.ts';`],
    [`export * from './b.ts';`],
    [`await import('./b.ts');`],
    [`new Worker(new URL('./b.ts', import.meta.url));`],
  ])('count: %s', (source) => {
    expect(importsOf('src/sim/a.ts', source)).toEqual(['src/sim/b.ts']);
  });

  it.each([
    [`import type { B } from './b.ts';`],
    [`import { type A, type B } from './b.ts';`],
    [`export type { B } from './b.ts';`],
    [`export type * from './b.ts';`],
    [`let b: import('./b.ts').B;`],
    [`import { b } from 'zod';`],
  ])('do not count: %s', (source) => {
    expect(importsOf('src/sim/a.ts', source)).toEqual([]);
  });
});

describe('a circle', () => {
  it.each([
    ['of two', { a: ['b'], b: ['a'] }, 'a → b → a'],
    ['of one', { a: ['a'] }, 'a → a'],
    ['behind others', { a: ['b', 'c'], b: ['c'], c: ['d'], d: ['e', 'c'], e: [] }, 'c → d → c'],
  ])('%s is found', (_, graph, expected) => {
    expect(findCircle(new Map(Object.entries(graph)))).toBe(expected);
  });

  it('is none where two import the same', () => {
    expect(findCircle(new Map(Object.entries({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] })))).toBeNull();
  });
});

/** Our own files that are loaded with this one, or by it later. */
function importsOf(path: string, source: string): string[] {
  return nodesOf(source).flatMap((node) => {
    const specifier = isTypeOnly(node) ? undefined : importedBy(node)?.value;
    if (typeof specifier !== 'string' || !/^\..*\.ts$/.test(specifier)) return [];
    return [normalize(join(dirname(path), specifier))];
  });
}

/** The first circle that is met, as a chain; null: there is none. */
function findCircle(graph: ReadonlyMap<string, readonly string[]>): string | null {
  const done = new Set<string>();
  const look = (path: string, above: readonly string[]): string | null => {
    const since = above.indexOf(path);
    if (since >= 0) return [...above.slice(since), path].join(' → ');
    if (done.has(path)) return null;
    for (const next of graph.get(path) ?? []) {
      const circle = look(next, [...above, path]);
      if (circle !== null) return circle;
    }
    done.add(path);
    return null;
  };
  for (const path of graph.keys()) {
    const circle = look(path, []);
    if (circle !== null) return circle;
  }
  return null;
}
