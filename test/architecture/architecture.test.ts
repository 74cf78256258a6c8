import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempDisposableSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, normalize, resolve } from 'node:path/posix';
import { describe, expect, it } from 'vitest';
import { importedBy, isName, type Node, nodesOf } from './syntax.ts';

/** The rooms of design.md and the rooms each may import from; `top` is what lies in `src` itself. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  sim: ['sim'],
  server: ['server', 'sim'],
  sip: ['sip', 'sim'],
  library: ['library', 'sim', 'server'],
  cli: ['cli', 'library', 'sim', 'server', 'sip', 'top'],
  top: ['top', 'library', 'sim', 'server', 'sip', 'cli'],
};

/** Where the wall clock and effects live; biome.json names the same files. */
const IMPURE = [
  /^src\/sim\/time\//,
  /^src\/sim\/push\/(deliver|file)\.ts$/,
  /^src\/sim\/store\/database\.ts$/,
  /^src\/sim\/engine\.ts$/,
];

const HTTP_PACKAGES = ['hono', '@hono/node-server', 'undici'];
const HTTP_CLIENT_OF_SIM = 'src/sim/push/deliver.ts';

describe('the architecture', () => {
  const files = globSync('src/**/*.ts').map((path) => path.replaceAll('\\', '/'));

  it('is kept by every file of src', () => {
    expect(files).not.toEqual([]);
    expect(files.flatMap((path) => findBreaches(path, readFileSync(path, 'utf8')))).toEqual([]);
  });
});

describe('the architecture check reports', () => {
  it.each([
    ['src/sim/call/plan.ts', `import { app } from '../../server/app.ts';`, 'sim may not import server'],
    ['src/sim/call/plan.ts', `import type { App } from '../../server/app.ts';`, 'sim may not import server'],
    ['src/sim/call/plan.ts', `let app: import('../../sip/digest.ts').Digest;`, 'sim may not import sip'],
    ['src/sim/engine.ts', `export { x } from '../simulator.ts';`, 'sim may not import top'],
    ['src/sim/engine.ts', `export * from '../cli/main.ts';`, 'sim may not import cli'],
    ['src/sim/engine.ts', `await import('../sip/digest.ts');`, 'sim may not import sip'],
    ['src/server/app.ts', `import { x } from '../sip/digest.ts';`, 'server may not import sip'],
    ['src/server/app.ts', `import '../cli/main.ts';`, 'server may not import cli'],
    ['src/sip/answer.ts', `import { x } from '../server/app.ts';`, 'sip may not import server'],
    ['src/sip/answer.ts', `new Worker(new URL('../cli/x.ts', import.meta.url));`, 'sip may not import cli'],
    ['src/cli/main.ts', `import { x } from '../../test/support/x.ts';`, 'outside src'],
    ['src/cli/main.ts', `import { x } from 'yeta-sim';`, 'by its own package name'],
    ['src/cli/main.ts', 'await import(name);', 'not a plain string'],
    ['src/attic/old.ts', 'export const x = 1;', 'attic is no room'],
  ])('a forbidden direction: %s with %s', (path, source, expected) => {
    expect(findBreaches(path, source)).toEqual([expect.stringContaining(expected)]);
  });

  it.each([
    ['src/sim/call/plan.ts', `import { Hono } from 'hono';`],
    ['src/sim/call/plan.ts', `import { serve } from '@hono/node-server';`],
    ['src/sim/call/plan.ts', `import { stream } from 'hono/streaming';`],
    ['src/sim/pull/ask.ts', `import { Pool } from 'undici';`],
    ['src/sim/push/deliver.ts', `import { Hono } from 'hono';`],
  ])('an HTTP package in the simulation: %s with %s', (path, source) => {
    expect(findBreaches(path, source)).toEqual([expect.stringContaining('may not use')]);
  });

  it.each([
    ['export default 1;', 'default export'],
    ['const x = 1; export { x as default };', 'default export'],
    [`export { default } from './x.ts';`, 'default export'],
    ['export enum Kind { A }', 'enum'],
    ['const enum Kind { A }', 'enum'],
  ])('a forbidden form: %s', (source, expected) => {
    expect(findBreaches('src/sip/answer.ts', source)).toEqual([expect.stringContaining(expected)]);
  });

  it.each([
    ['Math.random();', 'Math.random'],
    [`Math['random']();`, 'Math.random'],
    ['const { random } = Math;', 'Math.random'],
    ['const t = Date.now();', 'Date.now'],
    ['const f = globalThis.Date.now;', 'Date.now'],
  ])('chance or wall time in a decision: %s', (source, expected) => {
    expect(findBreaches('src/sim/call/plan.ts', source)).toEqual([expect.stringContaining(expected)]);
  });

  it.each([
    ['src/sim/call/plan.ts', `import { x } from '../random.ts'; import { createHash } from 'node:crypto';`],
    ['src/sim/call/plan.ts', `// import { x } from '../../server/app.ts'; Math.random()`],
    ['src/sim/call/plan.ts', `const text = "import { x } from '../../server/app.ts'; Date.now()";`],
    ['src/sim/push/deliver.ts', `import { Pool } from 'undici'; Date.now();`],
    ['src/sim/time/clock.ts', 'Date.now();'],
    ['src/server/app.ts', `import { x } from '../sim/engine.ts'; import { Hono } from 'hono';`],
    ['src/cli/main.ts', `import { x } from '../simulator.ts'; import { y } from '../sip/digest.ts';`],
    ['src/cli/main.ts', `import pkg from '../../package.json' with { type: 'json' };`],
    ['src/index.ts', `export { x } from './simulator.ts';`],
  ])('nothing that is allowed: %s with %s', (path, source) => {
    expect(findBreaches(path, source)).toEqual([]);
  });
});

describe('the linter', () => {
  const impure = 'export const at: number = new Date().getTime();\n';

  it('reports a clock in a decision', () => {
    expect(lint('src/sim/call/plan.ts', impure)).toContain('noRestrictedGlobals');
  });

  it('lets sim/time have one', () => {
    const report = lint('src/sim/time/clock.ts', impure);
    expect(report).toContain('Checked 1 file');
    expect(report).not.toContain('noRestrictedGlobals');
  });
});

/** Lints the source as if it lay at this path, in a folder of its own under the rules of biome.json. */
function lint(path: string, source: string): string {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'yeta-sim-lint-'));
  const file = join(folder.path, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, source);
  copyFileSync('biome.json', join(folder.path, 'biome.json'));
  const biome = resolve('node_modules/@biomejs/biome/bin/biome');
  const args = [biome, 'lint', '--colors=off', '--vcs-enabled=false', path];
  const { stdout, stderr, error } = spawnSync(process.execPath, args, { cwd: folder.path, encoding: 'utf8' });
  if (error) throw error;
  return stdout + stderr;
}

/** What in this file breaks the rules, a line each; empty when nothing does. */
function findBreaches(path: string, source: string): string[] {
  const nodes = nodesOf(source);
  return [
    ...(roomOf(path) in MAY_IMPORT ? [] : [`${roomOf(path)} is no room`]),
    ...nodes.flatMap((node) => findImportBreach(path, node)),
    ...nodes.flatMap(findFormBreach),
    ...(isDecision(path) ? nodes.flatMap(findImpurity) : []),
  ].map((breach) => `${path}: ${breach}`);
}

function roomOf(path: string): string {
  const [, room = '', ...rest] = path.split('/');
  return rest.length === 0 ? 'top' : room;
}

function isDecision(path: string): boolean {
  return roomOf(path) === 'sim' && !IMPURE.some((pattern) => pattern.test(path));
}

function findImportBreach(path: string, node: Node): string[] {
  const source = importedBy(node);
  if (source === undefined) return [];
  if (source.type !== 'Literal') return ['imports what is not a plain string'];
  const specifier = String(source.value);
  const breach = specifier.startsWith('.')
    ? judgeOwn(path, normalize(join(dirname(path), specifier)))
    : judgePackage(path, specifier);
  return breach === undefined ? [] : [`${breach} (${specifier})`];
}

function judgeOwn(path: string, target: string): string | undefined {
  if (target === 'package.json') return undefined;
  if (!target.startsWith('src/')) return 'imports from outside src';
  const allowed = MAY_IMPORT[roomOf(path)] ?? [];
  return allowed.includes(roomOf(target)) ? undefined : `${roomOf(path)} may not import ${roomOf(target)}`;
}

function judgePackage(path: string, specifier: string): string | undefined {
  if (isBuiltin(specifier)) return undefined;
  const isOf = (name: string) => specifier === name || specifier.startsWith(`${name}/`);
  if (isOf('yeta-sim')) return 'imports itself by its own package name';
  const name = HTTP_PACKAGES.find(isOf);
  if (name === undefined || roomOf(path) !== 'sim') return undefined;
  return name === 'undici' && path === HTTP_CLIENT_OF_SIM ? undefined : `sim may not use ${name}`;
}

function findFormBreach(node: Node): string[] {
  switch (node.type) {
    case 'TSEnumDeclaration':
      return ['has an enum'];
    case 'ExportDefaultDeclaration':
    case 'TSExportAssignment':
      return ['has a default export'];
    case 'ExportSpecifier':
      return isName(node.exported, 'default') ? ['has a default export'] : [];
    default:
      return [];
  }
}

const IMPURE_MEMBERS = [
  ['Math', 'random'],
  ['Date', 'now'],
] as const;

function findImpurity(node: Node): string[] {
  return IMPURE_MEMBERS.flatMap(([owner, member]) =>
    takesMember(node, owner, member) ? [`uses ${owner}.${member}`] : [],
  );
}

function takesMember(node: Node, owner: string, member: string): boolean {
  if (node.type === 'MemberExpression') {
    return refersTo(node.object, owner) && isName(node.property, member);
  }
  if (node.type !== 'VariableDeclarator' || !refersTo(node.init, owner)) return false;
  const properties = (node.id as { properties?: Node[] }).properties ?? [];
  return properties.some((property) => isName(property.key, member));
}

function refersTo(value: unknown, name: string): boolean {
  const node = value as Node | null;
  return isName(node, name) || (node?.type === 'MemberExpression' && isName(node.property, name));
}
