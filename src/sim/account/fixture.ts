import { ConfigurationError } from '../configuration-error.ts';
import { checkNodes, checkScript } from '../dialog/source/check-script.ts';
import { linkScript } from '../dialog/source/link-script.ts';
import { deriveChance, drawHex } from '../random.ts';
import type { Fixtures, Robot } from './account.ts';
import { checkFixtures } from './check-fixtures.ts';
import { type Finding, findingsOf, formatPath } from './finding.ts';
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
  const read = fixtureSchema.safeParse(data);
  if (!read.success) return { fixtures: null, findings: findingsOf(read.error.issues, data) };
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
  const wrong =
    dangling.length > 0 ? [...dangling, ...checkNodes(script, frame)] : checkScript(script, frame);
  findings.push(...wrong.map((one) => ({ ...one, path: ['robots', index, 'script', ...one.path] })));
  return {
    ...written,
    robotUuid: written.robotUuid ?? drawHex(deriveChance(0, 'robot', robotId), 'uuid', 16),
    timeUpdate: timeUpdate ?? timeCreate,
    script,
  };
}
