/** One thing that is wrong in a configuration. */
export interface Problem {
  /** Where: a path such as `robots[2].script.start`, behind `file:line:column` if the text is known. */
  readonly place: string;
  readonly found: string;
  readonly expected: string;
}

/** All that is wrong in a configuration, at once; nothing of it has been put to use. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(
      problems
        .map(({ place, found, expected }) => `${place}: found ${found}, expected ${expected}`)
        .join('\n'),
    );
    this.problems = problems;
  }
}
