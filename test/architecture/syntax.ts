import { parseAst } from 'vitest/node';

/** A node of the syntax tree. */
export interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** All of a file. */
export function nodesOf(source: string): Node[] {
  return [...walk(parseAst(source, { lang: 'ts' }))];
}

/** The node that names what is imported, for every way of importing there is, types included. */
export function importedBy(node: Node): Node | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ImportExpression':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
    case 'TSImportType':
      return (node.source as Node | null) ?? undefined;
    case 'TSExternalModuleReference':
      return node.expression as Node;
    case 'NewExpression': // new URL('./worker.ts', import.meta.url)
      return isName(node.callee, 'URL') ? (node.arguments as Node[]).find(namesModule) : undefined;
    case 'CallExpression':
      return isName(node.callee, 'require') ? (node.arguments as Node[])[0] : undefined;
    default:
      return undefined;
  }
}

function namesModule(argument: Node): boolean {
  return argument.type === 'Literal' && /^\.{1,2}\/.*\.[cm]?[jt]s$/.test(String(argument.value));
}

/** Whether nothing is left of this import once types are gone. */
export function isTypeOnly(node: Node): boolean {
  if (node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type') return true;
  const specifiers = (node.specifiers ?? []) as Node[];
  return (
    specifiers.length > 0 &&
    specifiers.every(({ importKind, exportKind }) => importKind === 'type' || exportKind === 'type')
  );
}

export function isName(value: unknown, name: string): boolean {
  const node = value as Node | null;
  return (
    (node?.type === 'Identifier' && node.name === name) || (node?.type === 'Literal' && node.value === name)
  );
}

function* walk(value: unknown): Generator<Node> {
  if (Array.isArray(value)) {
    for (const item of value) yield* walk(item);
  } else if (value !== null && typeof value === 'object') {
    if ('type' in value) yield value as Node;
    yield* walk(Object.values(value));
  }
}
