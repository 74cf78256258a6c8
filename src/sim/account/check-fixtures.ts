import { isResult } from '../call/result.ts';
import { endsTooEarly, overlapsItself } from '../task/times.ts';
import { formatInstant } from '../time/calendar.ts';
import type { Finding, Path } from './finding.ts';
import type { WrittenFixtures } from './fixture-schema.ts';

/** What is wrong between the entries of a fixtures file: ids given twice, references to nothing, weights of no result, tasks of impossible times. */
export function checkFixtures(written: WrittenFixtures): Finding[] {
  return [
    ...checkIds(written),
    ...checkReferences(written),
    ...checkWeights(written),
    ...checkColumns(written),
    ...checkTaskTimes(written),
    ...checkTaskVoices(written),
  ];
}

function checkIds(written: WrittenFixtures): Finding[] {
  const { enterprises, apps, lines, robots, voices, urls, tasks, sipAccounts } = written;
  return [
    ...findTwice(enterprises, 'enterprises', 'id', (one) => one.id),
    ...findTwice(apps, 'apps', 'id', (one) => one.id),
    ...findTwice(apps, 'apps', 'appKey', (one) => one.appKey),
    ...findTwice(lines, 'lines', 'lineNum', (one) => one.lineNum),
    ...findTwice(robots, 'robots', 'robotId', (one) => one.robotId),
    ...findTwice(voices, 'voices', 'code', (one) => `${one.businessId}|${one.code}`),
    ...findTwice(
      urls,
      'urls',
      'module',
      (one) => `${one.businessId}|${one.module}|${one.appId ?? ''}|${one.robotId ?? ''}`,
    ),
    ...findTwice(tasks, 'tasks', 'taskId', (one) => String(one.taskId)),
    ...findTwice(sipAccounts, 'sipAccounts', 'user', (one) => one.user),
    ...findNumbersTwice(written),
  ];
}

/** A call number rings one phone. */
function findNumbersTwice({ sipAccounts }: WrittenFixtures): Finding[] {
  const seen = new Set<string>();
  return sipAccounts.flatMap(({ numbers }, i) =>
    numbers.flatMap((number, j): Finding[] => {
      const isTwice = seen.has(number);
      seen.add(number);
      const path = ['sipAccounts', i, 'numbers', j];
      return isTwice
        ? [{ path, found: `"${number}" a second time`, expected: 'a number that rings one phone' }]
        : [];
    }),
  );
}

function findTwice<T>(
  list: readonly T[],
  section: string,
  key: string,
  keyOf: (one: T) => string,
): Finding[] {
  const seen = new Set<string>();
  return list.flatMap((one, i): Finding[] => {
    const id = keyOf(one);
    const twice = seen.has(id);
    seen.add(id);
    return twice
      ? [{ path: [section, i, key], found: `"${id}" a second time`, expected: 'one that is not taken' }]
      : [];
  });
}

function checkReferences(written: WrittenFixtures): Finding[] {
  const { enterprises, apps, lines, robots, voices, urls, tasks, sipAccounts } = written;
  const known = new Set(enterprises.map((one) => one.id));
  const ownerOfApp = new Map(apps.map((one) => [one.id, one.businessId]));
  const ownerOfRobot = new Map(robots.map((one) => [one.robotId, one.businessId]));
  const ownerOfLine = new Map(lines.map((one) => [one.lineNum, one.businessId]));
  const enterpriseOf = (list: readonly { readonly businessId: string }[], section: string): Finding[] =>
    list.flatMap(({ businessId }, i): Finding[] =>
      known.has(businessId) ? [] : [unknown([section, i, 'businessId'], businessId, 'an enterprise', known)],
    );
  /** Checks that something exists and belongs to the enterprise. */
  const owned = (
    id: string | undefined,
    owners: ReadonlyMap<string, string>,
    owner: string | undefined,
    path: Path,
    what: string,
  ): Finding[] => {
    if (id === undefined || (owners.has(id) && (owner === undefined || owners.get(id) === owner))) return [];
    const mine = [...owners].filter(([, of]) => owner === undefined || of === owner).map(([one]) => one);
    return [unknown(path, id, what + (owner === undefined ? '' : ` of enterprise ${owner}`), mine)];
  };
  return [
    ...enterpriseOf(apps, 'apps'),
    ...enterpriseOf(lines, 'lines'),
    ...enterpriseOf(robots, 'robots'),
    ...enterpriseOf(voices, 'voices'),
    ...enterpriseOf(urls, 'urls'),
    ...urls.flatMap((one, i) => [
      ...owned(one.appId, ownerOfApp, one.businessId, ['urls', i, 'appId'], 'an app'),
      ...owned(one.robotId, ownerOfRobot, one.businessId, ['urls', i, 'robotId'], 'a robot'),
    ]),
    ...sipAccounts.flatMap((one, i) =>
      owned(one.appId, ownerOfApp, undefined, ['sipAccounts', i, 'appId'], 'an app'),
    ),
    ...tasks.flatMap((one, i) => {
      const owner = ownerOfApp.get(one.appId);
      return [
        ...owned(one.appId, ownerOfApp, undefined, ['tasks', i, 'appId'], 'an app'),
        ...owned(one.robotId, ownerOfRobot, owner, ['tasks', i, 'robotId'], 'a robot'),
        ...one.lineNums.flatMap((line, j) =>
          owned(line, ownerOfLine, owner, ['tasks', i, 'lineNums', j], 'a line'),
        ),
      ];
    }),
  ];
}

function unknown(path: Path, id: string, what: string, known: Iterable<string>): Finding {
  const list = [...known].slice(0, 8).join(', ');
  return { path, found: `"${id}"`, expected: list === '' ? `${what}; there is none` : `${what}: ${list}` };
}

function checkWeights({ weights, lines, robots }: WrittenFixtures): Finding[] {
  const check = (table: Readonly<Record<string, number>> | undefined, path: Path): Finding[] => {
    if (table === undefined) return [];
    const expected = 'a task_result of the table: -1 to 28';
    const strange = Object.keys(table).filter((key) => !/^-?\d+$/.test(key) || !isResult(Number(key)));
    const findings = strange.map((key) => ({ path: [...path, key], found: `"${key}"`, expected }));
    const total = Object.values(table).reduce((sum, weight) => sum + weight, 0);
    return total > 0
      ? findings
      : [...findings, { path, found: 'no weight over 0', expected: 'at least one' }];
  };
  return [
    ...check(weights, ['weights']),
    ...lines.flatMap((line, i) => check(line.weights, ['lines', i, 'weights'])),
    ...robots.flatMap((robot, i) => check(robot.script.weights, ['robots', i, 'script', 'weights'])),
  ];
}

function checkColumns({ robots }: WrittenFixtures): Finding[] {
  return robots.flatMap(({ callColumn }, i) =>
    callColumn.flatMap((name, j): Finding[] =>
      callColumn.indexOf(name) === j
        ? []
        : [
            {
              path: ['robots', i, 'callColumn', j],
              found: `"${name}" a second time`,
              expected: 'columns that differ',
            },
          ],
    ),
  );
}

/** As task/create refuses them. */
function checkTaskTimes({ tasks }: WrittenFixtures): Finding[] {
  return tasks.flatMap(({ timeBegin, timeEnd, timeRange }, i): Finding[] => {
    const findings: Finding[] = [];
    if (timeEnd !== null && endsTooEarly({ timeBegin, timeEnd })) {
      const expected = `an instant after timeBegin, ${formatInstant(timeBegin)}`;
      findings.push({ path: ['tasks', i, 'timeEnd'], found: formatInstant(timeEnd), expected });
    }
    const second = timeRange.findIndex((_, j) => overlapsItself(timeRange.slice(0, j + 1)));
    if (second >= 0) {
      const expected = `hours apart from ${timeRange.slice(0, second).join(', ')}`;
      findings.push({ path: ['tasks', i, 'timeRange', second], found: `"${timeRange[second]}"`, expected });
    }
    return findings;
  });
}

/** A voice of its app's enterprise; two enterprises may have voices of one code. */
function checkTaskVoices({ tasks, apps, voices }: WrittenFixtures): Finding[] {
  const ownerOfApp = new Map(apps.map((one) => [one.id, one.businessId]));
  return tasks.flatMap(({ appId, voiceCode }, i): Finding[] => {
    const owner = ownerOfApp.get(appId);
    if (voiceCode === null || owner === undefined) return [];
    const codes = voices.filter(({ businessId }) => businessId === owner).map(({ code }) => code);
    if (codes.includes(voiceCode)) return [];
    return [unknown(['tasks', i, 'voiceCode'], voiceCode, `a voice of enterprise ${owner}`, codes)];
  });
}
