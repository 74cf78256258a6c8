import type { CompiledHit, CompiledNode } from './compile.ts';

/** What the customer's turn came to, as far as the walk is concerned. */
export type Reply =
  | { readonly kind: 'hit'; readonly hit: CompiledHit }
  | { readonly kind: 'silence' }
  /** Said or pressed something that no branch understands. */
  | { readonly kind: 'unclear' }
  /** Wishes to hear it again; that leads to no fall-back. */
  | { readonly kind: 'again' };

/** Where the robot speaks next; `asks` counts how often the node was asked before. */
export interface Step {
  readonly node: CompiledNode;
  readonly asks: number;
}

/** How often a question is asked in all before the node's fall-back (choice). */
export const ASK_LIMIT = 3;

/** One step of the walk; null: nothing follows, the robot hangs up. */
export function stepWalk({ node, asks }: Step, reply: Reply | null): Step | null {
  switch (reply?.kind) {
    case 'hit':
      return { node: reply.hit.to, asks: 0 };
    case 'again':
      return { node, asks: asks + 1 };
    case 'silence':
    case 'unclear':
      if (asks + 1 < ASK_LIMIT) return { node, asks: asks + 1 };
      break;
    default:
      if (node.kind === 'ask') throw new Error(`node ${node.node.id} waits for a reply`);
  }
  return node.next === null ? null : { node: node.next, asks: 0 };
}
