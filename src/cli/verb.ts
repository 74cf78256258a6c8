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
  /** How it ends, beside the code that every verb ends with when the command is wrong. */
  readonly exits: readonly Exit[];
  /**
   * Loads what it needs by itself: the help of all verbs is shown without any of it.
   * @returns the exit code; none: 0
   * @throws ConfigurationError, ListenError, VerbFailure
   */
  run(args: readonly string[]): Promise<number | undefined>;
}

export interface Exit {
  /** A number, or what stands for several: `N`. */
  readonly code: number | string;
  readonly when: string;
}

/** Exit codes: something was found wrong, or the command itself was. */
export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;

const WRONG_COMMAND: Exit = {
  code: EXIT_USAGE,
  when: 'the command or a configuration is wrong, or a port is taken; nothing was done',
};

/** All exit codes of a verb, in order. */
export function exitsOf({ exits }: Verb): readonly Exit[] {
  const own = exits.some(({ code }) => code === EXIT_USAGE) ? exits : [...exits, WRONG_COMMAND];
  return own.toSorted((a, b) => rank(a) - rank(b));
}

/** What stands for several codes comes last. */
function rank({ code }: Exit): number {
  return typeof code === 'number' ? code : Number.POSITIVE_INFINITY;
}

/** What a verb set out to do cannot be done; ends it with exit code 1 and these words on stderr. */
export class VerbFailure extends Error {
  override readonly name = 'VerbFailure';
}
