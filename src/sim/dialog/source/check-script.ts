import type { Finding, Path } from '../../account/finding.ts';
import { isKeys } from '../customer/recognise.ts';
import type { Script, ScriptNode } from '../script.ts';
import { placeholdersOf } from '../text.ts';

/** What a script may refer to beside itself. */
export interface ScriptFrame {
  /** Columns of the robot's template; null: its values come from a pull and can have any name. */
  readonly columns: readonly string[] | null;
}

/** All that is wrong in a script whose references are good; paths start at the script. */
export function checkScript(script: Script, frame: ScriptFrame): Finding[] {
  return [...checkNodes(script, frame), ...checkWays(script)];
}

/** What is wrong in the nodes themselves, wherever their references lead. */
export function checkNodes(script: Script, frame: ScriptFrame): Finding[] {
  return [
    ...script.nodes.flatMap((node, i) => checkNode(node, ['nodes', i])),
    ...checkPlaceholders(script, frame),
  ];
}

function checkNode(node: ScriptNode, path: Path): Finding[] {
  switch (node.type) {
    case 'EndNode':
      return checkEnd(node, path);
    case 'NoNeedAnswerNode':
    case 'HookInfoNode':
      return checkTelling(node, path);
    default:
      return [...checkAsking(node, path), ...checkKeys(node, path)];
  }
}

function checkEnd({ hits, next }: ScriptNode, path: Path): Finding[] {
  const findings: Finding[] = [];
  const expected = 'none: an EndNode hangs up';
  if (hits.length > 0) findings.push({ path: [...path, 'hits'], found: `${hits.length} hits`, expected });
  if (next !== undefined) findings.push({ path: [...path, 'next'], found: 'a next node', expected });
  return findings;
}

function checkTelling({ type, hits, next, text }: ScriptNode, path: Path): Finding[] {
  const findings: Finding[] = [];
  const noHits = `none: a ${type} waits for no answer`;
  if (hits.length > 0)
    findings.push({ path: [...path, 'hits'], found: `${hits.length} hits`, expected: noHits });
  if (next === undefined) {
    findings.push({
      path: [...path, 'next'],
      found: 'nothing',
      expected: `the node that follows the ${type}`,
    });
  }
  if (text === '')
    findings.push({ path: [...path, 'text'], found: 'nothing', expected: 'what the robot says' });
  return findings;
}

function checkAsking({ type, hits, text }: ScriptNode, path: Path): Finding[] {
  const findings: Finding[] = [];
  if (text === '')
    findings.push({ path: [...path, 'text'], found: 'nothing', expected: 'what the robot asks' });
  if (hits.length === 0) {
    findings.push({
      path: [...path, 'hits'],
      found: 'none',
      expected: `what the customer may answer to the ${type}`,
    });
  } else if (hits.every((hit) => hit.weight === 0 || hit.human === true)) {
    findings.push({
      path: [...path, 'hits'],
      found: 'no branch that an ordinary customer takes',
      expected: 'a weight over 0 on a hit that is not human',
    });
  }
  const names = new Set<string>();
  hits.forEach(({ hit }, i) => {
    const place = [...path, 'hits', i, 'hit'];
    if (names.has(hit))
      findings.push({ path: place, found: `"${hit}" a second time`, expected: 'a name of its own' });
    names.add(hit);
  });
  return findings;
}

function checkKeys({ type, hits }: ScriptNode, path: Path): Finding[] {
  const byKeys = type === 'ConditionNode' || type === 'KeyNavigationNode';
  const pressed = new Set<string>();
  return hits.flatMap((hit, i): Finding[] => {
    const place = [...path, 'hits', i];
    if (!byKeys) {
      const expected = `none: a ${type} listens to words; keys are for ConditionNode and KeyNavigationNode`;
      return hit.keys === undefined ? [] : [{ path: [...place, 'keys'], found: `"${hit.keys}"`, expected }];
    }
    if (hit.keys === undefined && (hit.says.length === 0 || !hit.says.every(isKeys))) {
      const expected = `the keys that take this branch of the ${type} (or says: made of keys 0-9 * # A-D)`;
      return [{ path: [...place, 'keys'], found: 'nothing', expected }];
    }
    const again = hit.keys !== undefined && pressed.has(hit.keys);
    if (hit.keys !== undefined) pressed.add(hit.keys);
    return again
      ? [{ path: [...place, 'keys'], found: `"${hit.keys}" a second time`, expected: 'other keys' }]
      : [];
  });
}

/** Every node can be reached, and from every node the call can come to its end. */
function checkWays(script: Script): Finding[] {
  const on = new Map(script.nodes.map((node) => [node.id, waysOn(node)]));
  const back = Map.groupBy(
    [...on].flatMap(([from, ways]) => ways.map((to) => ({ from, to }))),
    ({ to }) => to,
  );
  const ends = script.nodes.filter((node) => node.type === 'EndNode').map((node) => node.id);
  const reached = spread([script.start], (id) => on.get(id) ?? []);
  const leaving = spread(ends, (id) => (back.get(id) ?? []).map(({ from }) => from));
  if (ends.length === 0) return [{ path: ['nodes'], found: 'no EndNode', expected: 'at least one' }];
  return script.nodes.flatMap((node, i): Finding[] => {
    const path: Path = ['nodes', i];
    if (!reached.has(node.id)) {
      return [
        {
          path,
          found: `node "${node.name}", which nothing leads to`,
          expected: 'a hit or next that leads to it',
        },
      ];
    }
    if (leaving.has(node.id)) return [];
    return [
      {
        path,
        found: `node "${node.name}" in a circle without a way out`,
        expected: 'a branch that leads to an EndNode',
      },
    ];
  });
}

function waysOn(node: ScriptNode): string[] {
  return [
    ...node.hits.filter((hit) => hit.weight > 0 || hit.human === true).map((hit) => hit.to),
    ...(node.next === undefined ? [] : [node.next]),
  ];
}

function spread(from: readonly string[], ways: (id: string) => readonly string[]): Set<string> {
  const reached = new Set(from);
  // A set takes in what is added while it is walked.
  for (const id of reached) for (const to of ways(id)) reached.add(to);
  return reached;
}

function checkPlaceholders(script: Script, { columns }: ScriptFrame): Finding[] {
  // Pulled values can have any name.
  const open = columns === null || script.nodes.some((node) => node.code !== undefined);
  const known = new Set([...(columns ?? []), ...script.nodes.map((node) => node.name)]);
  const check = (text: string | undefined, path: Path): Finding[] => {
    if (text === undefined) return [];
    if (/\$\{[^{}]*$|\$\{[^}]*\{/.test(text)) {
      return [{ path, found: 'an opening ${ that is not closed', expected: `\${列名}` }];
    }
    return placeholdersOf(text)
      .filter((name) => name === '' || !(open || known.has(name)))
      .map((name) => ({
        path,
        found: `\${${name}}`,
        expected: `a column (${(columns ?? []).join(', ')}) or the name of a node whose answer is meant`,
      }));
  };
  return script.nodes.flatMap((node, i) => [
    ...check(node.text, ['nodes', i, 'text']),
    ...check(node.again, ['nodes', i, 'again']),
    ...node.hits.flatMap((hit, j) =>
      hit.says.flatMap((says, k) => check(says, ['nodes', i, 'hits', j, 'says', k])),
    ),
  ]);
}
