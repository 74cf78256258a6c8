import type { Finding, Path } from '../../account/finding.ts';
import { deriveChance, drawHex } from '../../random.ts';
import type { Script, ScriptNode } from '../script.ts';
import type { WrittenNode, WrittenScript } from './script-schema.ts';

/** Makes a script out of a written one: every node gets its id, every reference becomes one. */
export function linkScript(written: WrittenScript, robotId: string): { script: Script; findings: Finding[] } {
  const findings: Finding[] = [];
  const ids = written.nodes.map((node, i) => node.id ?? deriveId(robotId, node.name, i === 0));
  const find = findNodes(written.nodes, ids, findings);
  const refer = (name: string, path: Path): string => {
    const id = find(name);
    if (id !== undefined) return id;
    findings.push({
      path,
      found: `"${name}"`,
      expected: `the name or id of a node${suggest(name, written.nodes)}`,
    });
    return name;
  };
  const nodes = written.nodes.map((node, i): ScriptNode => {
    const { next, hits, id: _, ...rest } = node;
    return {
      ...rest,
      id: ids[i] ?? '',
      hits: hits.map((hit, j) => ({ ...hit, to: refer(hit.to, ['nodes', i, 'hits', j, 'to']) })),
      ...(next === undefined ? null : { next: refer(next, ['nodes', i, 'next']) }),
    };
  });
  const { weights, unclear } = written;
  const script: Script = {
    start: refer(written.start, ['start']),
    nodes,
    ...(weights === undefined ? null : { weights }),
    ...(unclear === undefined ? null : { unclear }),
  };
  return { script, findings };
}

/** An id that looks like the platform's (seen in seeds 001, 002: `words_node_9bdd01e7-1`) and follows from the name (choice). */
function deriveId(robotId: string, name: string, isFirst: boolean): string {
  const hex = drawHex(deriveChance(0, 'node', robotId, name), 'id', 5);
  return `words_${isFirst ? 'start' : 'node'}_${hex.slice(0, 8)}-${hex.slice(8, 9)}`;
}

function findNodes(
  nodes: readonly WrittenNode[],
  ids: readonly string[],
  findings: Finding[],
): (name: string) => string | undefined {
  const byId = new Set<string>();
  const byName = new Map<string, string | null>();
  nodes.forEach((node, i) => {
    const id = ids[i] ?? '';
    if (byId.has(id)) {
      const path: Path = ['nodes', i, node.id === undefined ? 'name' : 'id'];
      findings.push({
        path,
        found: `"${node.id ?? node.name}" a second time`,
        expected: 'a name of its own, or an id of its own beside it',
      });
    }
    byId.add(id);
    byName.set(node.name, byName.has(node.name) ? null : id);
  });
  // A name that two nodes share refers to neither.
  return (name) => (byId.has(name) ? name : (byName.get(name) ?? undefined));
}

function suggest(name: string, nodes: readonly WrittenNode[]): string {
  const near = nodes.map((node) => node.name).filter((known) => known.includes(name) || name.includes(known));
  return near.length === 0 ? '' : `, such as "${near.slice(0, 3).join('", "')}"`;
}
