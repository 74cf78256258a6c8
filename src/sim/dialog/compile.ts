import { deriveChance, drawHex } from '../random.ts';
import type { Turn } from './dialogue.ts';
import type { Hit, Script, ScriptNode } from './script.ts';
import { type CompiledText, compileText } from './text.ts';

type HitView = NonNullable<Turn['hits']>;

export interface CompiledHit {
  readonly hit: Hit;
  readonly to: CompiledNode;
  readonly says: readonly CompiledText[];
  readonly human: boolean;
  /** The node's branches as pushed when this one was taken; shared by all dialogues. */
  readonly picked: HitView;
}

type NodeFace = Pick<
  Turn,
  'nodeId' | 'nodeName' | 'nodeType' | 'contentId' | 'label' | 'tag' | 'tagDesc' | 'questionId'
>;

/** `ask` waits for the customer, `tell` goes on by itself, `end` hangs up. */
type NodeKind = 'ask' | 'tell' | 'end';

export interface CompiledNode {
  readonly node: ScriptNode;
  /** Place in the script's list. */
  readonly index: number;
  readonly kind: NodeKind;
  /** Whether it waits for keys and not for speech. */
  readonly byKeys: boolean;
  /** What every turn at this node has in common. */
  readonly face: NodeFace;
  readonly text: CompiledText;
  /** What is said when it asks again. */
  readonly again: CompiledText;
  readonly hits: readonly CompiledHit[];
  /** The branches as pushed when none was taken. */
  readonly unpicked: HitView;
  readonly next: CompiledNode | null;
}

export interface CompiledScript {
  readonly start: CompiledNode;
  readonly nodes: readonly CompiledNode[];
  /** What customers say that no branch understands. */
  readonly unclear: readonly CompiledText[];
}

/** What customers say that no branch understands, where the script has no `unclear` of its own (choice). */
const UNCLEAR = [
  '啊？',
  '你说什么？',
  '没听清，再说一遍。',
  '喂？听不太清楚。',
  '什么意思啊？',
  '信号不好，你大点声。',
];

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const compiled = new WeakMap<Script, CompiledScript>();

/** Links a checked script, once; scripts of a revision never change. @throws an ordinary error on a dangling id */
export function compileScript(script: Script): CompiledScript {
  const known = compiled.get(script);
  if (known !== undefined) return known;
  const fresh = link(script);
  compiled.set(script, fresh);
  return fresh;
}

function link(script: Script): CompiledScript {
  const nodes = script.nodes.map(compileNode);
  const byId = new Map(nodes.map((node) => [node.node.id, node]));
  const find = (id: string): CompiledNode => {
    const node = byId.get(id);
    if (node === undefined) throw new Error(`the script has no node "${id}"`);
    return node;
  };
  for (const node of nodes) {
    const { hits, next } = node.node;
    node.hits = hits.map((hit, i) => ({
      hit,
      to: find(hit.to),
      says: (hit.says.length > 0 ? hit.says : [hit.keys ?? hit.hit]).map(compileText),
      human: hit.human === true,
      picked: viewHits(hits, i),
    }));
    node.next = next === undefined ? null : find(next);
  }
  const unclear = script.unclear ?? [];
  return {
    start: find(script.start),
    nodes,
    unclear: (unclear.length > 0 ? unclear : UNCLEAR).map(compileText),
  };
}

function compileNode(node: ScriptNode, index: number): Writable<CompiledNode> {
  const text = compileText(node.text);
  return {
    node,
    index,
    kind: kindOf(node),
    byKeys: node.type === 'ConditionNode' || node.type === 'KeyNavigationNode',
    face: faceOf(node),
    text,
    again: node.again === undefined ? text : compileText(node.again),
    hits: [],
    unpicked: viewHits(node.hits, -1),
    next: null,
  };
}

function faceOf(node: ScriptNode): NodeFace {
  return {
    nodeId: node.id,
    nodeName: node.name,
    nodeType: node.type,
    // The platform's content ids are opaque; a script without them gets one that follows from the node's id (choice).
    contentId: node.contentId ?? drawHex(deriveChance(0, 'content', node.id), 'id', 12),
    questionId: node.questionId ?? '',
    ...(node.label === undefined ? null : { label: node.label }),
    ...(node.tag === undefined ? null : { tag: node.tag }),
    ...(node.tagDesc === undefined ? null : { tagDesc: node.tagDesc }),
  };
}

/** Seed 001's table of node types: 结束节点 ends, 无需回答 and 动态引用 need no answer, the rest ask. */
function kindOf(node: ScriptNode): NodeKind {
  if (node.type === 'EndNode') return 'end';
  if (node.type === 'NoNeedAnswerNode' || node.type === 'HookInfoNode') return 'tell';
  return 'ask';
}

function viewHits(hits: readonly Hit[], taken: number): HitView {
  return Object.freeze(
    hits.map(({ hit, answerId }, i) => Object.freeze({ hit, pick: i === taken, answerId: answerId ?? '' })),
  );
}
