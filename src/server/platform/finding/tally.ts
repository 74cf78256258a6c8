import { codeOfFinding, FINDINGS, type FindingCode } from './finding.ts';

/** One kind of finding, as often as it was found. */
export interface FindingCount {
  readonly code: FindingCode;
  /** Why it would hurt in production. */
  readonly why: string;
  readonly count: number;
  /** Operations that it was found at. */
  readonly operations: readonly string[];
  /** The last one: its request, its instant, and what was found. */
  readonly last: { readonly requestId: string; readonly at: number; readonly message: string };
}

/** A call of which something was found. */
interface FoundCall {
  readonly id: string;
  /** ms of the simulator's clock. */
  readonly at: number;
  readonly operation: string;
  readonly findings: readonly string[];
}

/** Counts findings by their codes; as large as there are codes and operations, however many calls there are. */
export class FindingTally {
  readonly #counts = new Map<FindingCode, FindingCount>();

  add({ id, at, operation, findings }: FoundCall): void {
    for (const written of findings) {
      const code = codeOfFinding(written) as FindingCode;
      const known = this.#counts.get(code);
      this.#counts.set(code, {
        code,
        why: FINDINGS[code],
        count: (known?.count ?? 0) + 1,
        operations: [...new Set([...(known?.operations ?? []), operation])],
        last: { requestId: id, at, message: written.slice(code.length + 2) },
      });
    }
  }

  /** The most frequent first. */
  counts(): FindingCount[] {
    return [...this.#counts.values()].sort((a, b) => b.count - a.count);
  }
}
