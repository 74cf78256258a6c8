import { ConfigurationError } from '../configuration-error.ts';
import { checkScript } from '../dialog/source/check-script.ts';
import { linkScript } from '../dialog/source/link-script.ts';
import { deriveChance, drawHex } from '../random.ts';
import type { Fixtures, Robot } from './account.ts';
import { checkFixtures } from './check-fixtures.ts';
import { type Finding, formatPath, type Path, showValue } from './finding.ts';
import { fixtureSchema, type WrittenFixtures } from './fixture-schema.ts';

/** Fixtures from parsed YAML or JSON. @throws {ConfigurationError} with all that is wrong in them, at once */
export function parseFixtures(data: unknown): Fixtures {
  const { fixtures, findings } = examineFixtures(data);
  if (fixtures !== null) return fixtures;
  throw new ConfigurationError(
    findings.map(({ path, found, expected }) => ({ place: formatPath(path), found, expected })),
  );
}

/** Fixtures from parsed data, or all that is wrong in it. */
export function examineFixtures(
  data: unknown,
): { fixtures: Fixtures; findings: readonly [] } | { fixtures: null; findings: readonly Finding[] } {
  const read = fixtureSchema.safeParse(data ?? {});
  if (!read.success)
    return { fixtures: null, findings: read.error.issues.flatMap((issue) => toFindings(issue, data)) };
  const findings = checkFixtures(read.data);
  const robots = read.data.robots.map((written, i) => buildRobot(written, i, findings));
  if (findings.length > 0) return { fixtures: null, findings };
  return { fixtures: { ...read.data, robots }, findings: [] };
}

function buildRobot(written: WrittenFixtures['robots'][number], index: number, findings: Finding[]): Robot {
  const { robotId, type, callColumn, timeCreate, timeUpdate } = written;
  const { script, findings: dangling } = linkScript(written.script, robotId);
  const frame = { columns: type === 1 ? callColumn : null };
  // Where references lead nowhere, ways cannot be followed.
  const wrong = dangling.length > 0 ? dangling : checkScript(script, frame);
  findings.push(...wrong.map((one) => ({ ...one, path: ['robots', index, 'script', ...one.path] })));
  return {
    ...written,
    robotUuid: written.robotUuid ?? drawHex(deriveChance(0, 'robot', robotId), 'uuid', 16),
    timeUpdate: timeUpdate ?? timeCreate,
    script,
  };
}

interface Issue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

/** A schema's messages say what is expected; what was found is looked up. */
function toFindings(issue: Issue, data: unknown): Finding[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  const expected = issue.message;
  if (issue.code !== 'unrecognized_keys') return [{ path, found: showValue(lookUp(data, path)), expected }];
  return (issue.keys ?? []).map((key) => ({ path: [...path, key], found: 'an unknown key', expected }));
}

function lookUp(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null
        ? (value as Readonly<Record<string | number, unknown>>)[part]
        : undefined,
    data,
  );
}
