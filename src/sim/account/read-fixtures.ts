import { isAlias, isMap, isSeq, LineCounter, type Node, parseDocument, type Scalar } from 'yaml';
import { ConfigurationError } from '../configuration-error.ts';
import type { Fixtures } from './account.ts';
import { formatPath, type Path } from './finding.ts';
import { examineFixtures } from './fixture.ts';

/**
 * Fixtures from the text of a YAML or JSON file.
 * @throws {ConfigurationError} with all that is wrong in it, each at `file:line:column path`
 */
export function readFixtures(text: string, fileName: string): Fixtures {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${fileName}:${line}:${col}`;
  };
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0) {
    throw new ConfigurationError(
      broken.map(({ pos, message }) => ({
        place: placeAt(pos[0]),
        found: message,
        expected: 'YAML or JSON',
      })),
    );
  }
  const { fixtures, findings } = examineFixtures(document.toJS());
  if (fixtures !== null) return fixtures;
  throw new ConfigurationError(
    findings.map(({ path, found, expected }) => ({
      place: `${placeAt(findOffset(document.contents, path, (node) => (isAlias(node) ? node.resolve(document) : node)))} ${formatPath(path)}`,
      found,
      expected,
    })),
  );
}

/** Where the entry of a path begins; what is missing has the place of what it is missing in. */
function findOffset(root: Node | null, path: Path, resolve: (node: Node) => Node | undefined): number {
  let node = root;
  let offset = root?.range?.[0] ?? 0;
  for (const part of path) {
    const entry = node === null ? undefined : findEntry(resolve(node), part);
    if (entry === undefined) return offset;
    offset = entry.offset ?? offset;
    node = entry.node;
  }
  return offset;
}

interface Entry {
  readonly node: Node | null;
  readonly offset: number | undefined;
}

function findEntry(inside: Node | undefined, part: string | number): Entry | undefined {
  if (isMap<Scalar, Node | null>(inside)) {
    const pair = inside.items.find(({ key }) => String(key.value) === String(part));
    return pair && { node: pair.value, offset: pair.key.range?.[0] };
  }
  if (isSeq<Node>(inside) && typeof part === 'number') {
    const item = inside.items[part];
    return item && { node: item, offset: item.range?.[0] };
  }
  return undefined;
}
