import {
  type Document,
  isAlias,
  isMap,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
} from 'yaml';
import { formatPath, type Path } from './account/finding.ts';
import { ConfigurationError } from './configuration-error.ts';

/** A YAML or JSON file that was read, and where everything in it stands. */
export interface Source {
  readonly data: unknown;
  /** `file:line:column path`; what is missing has the place of what it is missing in. */
  placeOf(path: Path): string;
}

/** @throws ConfigurationError with all that is no YAML in it, each at `file:line:column` */
export function readSource(text: string, fileName: string): Source {
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
  return {
    data: document.toJS(),
    placeOf: (path) => `${placeAt(findOffset(document, path))} ${formatPath(path)}`,
  };
}

function findOffset(document: Document.Parsed, path: Path): number {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const part of path) {
    const entry: Entry | undefined =
      node === null ? undefined : findEntry(isAlias(node) ? node.resolve(document) : node, part);
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
