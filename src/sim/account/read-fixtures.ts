import { ConfigurationError } from '../configuration-error.ts';
import { readSource, type Source } from '../read-source.ts';
import type { Fixtures } from './account.ts';
import { examineFixtures } from './fixture.ts';

/**
 * Fixtures from the text of a YAML or JSON file.
 * @throws {ConfigurationError} with all that is wrong in it, each at `file:line:column path`
 */
export function readFixtures(text: string, fileName: string): Fixtures {
  return takeFixtures(readSource(text, fileName));
}

/** @throws {ConfigurationError} as `readFixtures` does */
export function takeFixtures(source: Source): Fixtures {
  // An empty file, which is null in YAML: without an enterprise nobody could do anything.
  const { fixtures, findings } = examineFixtures(source.data ?? undefined);
  if (fixtures !== null) return fixtures;
  throw new ConfigurationError(
    findings.map(({ path, found, expected }) => ({ place: source.placeOf(path), found, expected })),
  );
}
