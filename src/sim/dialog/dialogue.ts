import type { ScriptWish } from '../call/call.ts';
import type { Chance } from '../random.ts';
import type { NodeType, Script } from './script.ts';

/** What the world outside the draws contributed, in order; `atMs` counts from the answer. */
export type OutsideInput =
  | { readonly kind: 'context'; readonly values: Readonly<Record<string, string>>; readonly note?: string }
  | {
      readonly kind: 'semantics';
      readonly atMs: number;
      /** Simulated time that the pull took. */
      readonly tookMs: number;
      readonly values: Readonly<Record<string, string>>;
      /** Why the answer was ignored or slow; shown in the timeline. */
      readonly note?: string;
    }
  | { readonly kind: 'say'; readonly atMs: number; readonly text: string }
  | { readonly kind: 'speech'; readonly atMs: number; readonly endMs: number }
  | { readonly kind: 'keys'; readonly atMs: number; readonly keys: string }
  /** A robot's turn that was heard from a file ended then, and not when its text would have. */
  | { readonly kind: 'played'; readonly seq: number; readonly endMs: number }
  | {
      readonly kind: 'hangup';
      readonly atMs: number;
      readonly by: 'customer' | 'line' | 'platform';
      /** The result that was decided before it: what was said until then was drawn from that one. */
      readonly planned?: number | null;
    };

/** One turn; ms count from the answer. A robot turn speaks from startMs to endMs; a customer turn is silent till speakMs. */
export interface Turn {
  readonly seq: number;
  readonly role: 'robot' | 'customer';
  readonly nodeId: string;
  readonly nodeName: string;
  readonly nodeType: NodeType;
  readonly contentId: string;
  readonly label?: string;
  readonly tag?: string;
  readonly tagDesc?: string;
  readonly questionId: string;
  readonly startMs: number;
  /** Customer turns: when speech (or the first key) begins. */
  readonly speakMs?: number;
  readonly endMs: number;
  readonly textRobot: string;
  readonly textMan: string;
  /** Keys pressed in this turn, if any. */
  readonly keys?: string;
  /** Customer turns: every branch of the node, the taken one picked. */
  readonly hits?: readonly { readonly hit: string; readonly pick: boolean; readonly answerId: string }[];
}

export interface DialogueInput {
  readonly script: Script;
  readonly chance: Chance;
  /** The call's result as decided: 0 ordinary, 15 hangs up early, 16 cut off, 18 connected, 19 asks for a human. Null: inbound. */
  readonly result: number | null;
  readonly wish: ScriptWish;
  /** Placeholder values: the row's columns, or what was pulled. */
  readonly context: Readonly<Record<string, string>>;
  /** -500 to 500. */
  readonly speed: number;
  /** Who speaks for the customer: the draws, or a real caller whose inputs are in `outside`. */
  readonly caller: 'simulated' | 'outside';
  readonly outside: readonly OutsideInput[];
}

export interface Dialogue {
  /** Turns so far; a turn cut by the hang-up ends at it. */
  readonly turns: readonly Turn[];
  /** The context after all pulls so far. */
  readonly context: Readonly<Record<string, string>>;
  /** What the walk stops for: its end, or something only the outside can give. */
  readonly stop:
    | { readonly kind: 'end'; readonly atMs: number; readonly by: 'robot' | 'customer' | 'line' | 'platform' }
    | { readonly kind: 'pull'; readonly atMs: number; readonly code: string; readonly reply: string }
    | { readonly kind: 'caller'; readonly atMs: number; readonly nodeId: string };
  readonly tagMax?: string;
  readonly tagMin?: string;
}
