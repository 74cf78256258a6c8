/** The eight node types of the seed (001, receiveDialog). */
export const NODE_TYPES = [
  'AnyNode',
  'CollectInputNode',
  'ConditionNode',
  'EndNode',
  'HookInfoNode',
  'KeyNavigationNode',
  'NoNeedAnswerNode',
  'NormalNode',
] as const;
export type NodeType = (typeof NODE_TYPES)[number];

/** One branch out of a node: what the customer said was recognised as this. */
export interface Hit {
  /** Name of the hit as pushed, such as 肯定. */
  readonly hit: string;
  /** Relative likelihood, 0 or more. */
  readonly weight: number;
  /** Id of the node that follows. */
  readonly to: string;
  /** What customers say for it; one is drawn. `${列名}` is filled like the robot's texts. Keys: the digits pressed. */
  readonly says: readonly string[];
  /** Keys pressed instead of speech (ConditionNode, KeyNavigationNode). */
  readonly keys?: string;
  /** Pushed as answer_id; empty by default. */
  readonly answerId?: string;
  /** Asks for a human: the call ends with result 19 if the simulated customer takes it by weight. */
  readonly human?: boolean;
}

export interface ScriptNode {
  readonly id: string;
  readonly name: string;
  readonly type: NodeType;
  /** What the robot says; `${列名}` placeholders. */
  readonly text: string;
  /** What the robot says when it asks again after silence or an answer it did not understand; default: `text`. */
  readonly again?: string;
  readonly contentId?: string;
  readonly label?: string;
  /** Intention tag A (highest) to F (lowest) that passing this node gives. */
  readonly tag?: string;
  readonly tagDesc?: string;
  readonly questionId?: string;
  readonly hits: readonly Hit[];
  /** Where the walk goes without a hit (NoNeedAnswerNode, HookInfoNode, after too much silence). */
  readonly next?: string;
  /** Semantics code: at this node `getSemantics` is pulled after the customer's answer (spec 3.6). */
  readonly code?: string;
  /** WAV file that is played instead of a generated prompt (SIP). */
  readonly prompt?: string;
}

export interface Script {
  readonly start: string;
  readonly nodes: readonly ScriptNode[];
  /** Relative weights of results for this robot's outbound calls, by `task_result`; absent: the default weights. */
  readonly weights?: Readonly<Record<string, number>>;
  /** What customers say that no branch understands; default: a few phrases like 没听清. */
  readonly unclear?: readonly string[];
}
