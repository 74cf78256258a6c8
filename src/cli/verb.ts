import type { Flag } from './flag.ts';

/** Something that `yeta-sim` does; one file each, its help beside it. */
export interface Verb {
  readonly name: string;
  /** What follows the name, such as `FILE… [--json]`. */
  readonly usage: string;
  /** One line for the list of verbs. */
  readonly summary: string;
  readonly flags: readonly Flag[];
  /** What else its help says, a line each. */
  readonly notes?: readonly string[];
  /**
   * Loads what it needs by itself: the help of all verbs is shown without any of it.
   * @returns the exit code; none: 0
   * @throws ConfigurationError, ListenError
   */
  run(args: readonly string[]): Promise<number | undefined>;
}

/** Exit codes: something was found wrong, or the command itself was. */
export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;
