import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseFixtures } from '../../../src/sim/account/fixture.ts';
import { ConfigurationError } from '../../../src/sim/configuration-error.ts';
import { DEFAULT_TEXT } from '../../support/dialogue.ts';

type Data = Record<string, unknown>;

/** Sound fixtures in little. */
function small(change: Data = {}): Data {
  return {
    enterprises: [{ id: '167', name: '演示企业' }],
    apps: [{ id: '1', businessId: '167', type: 2, appKey: 'k', appSecret: 's' }],
    lines: [{ lineNum: '0551', businessId: '167', concurrents: 5 }],
    robots: [robot()],
    ...change,
  };
}

function robot(change: Data = {}): Data {
  return {
    robotId: '719',
    businessId: '167',
    name: '话术',
    callColumn: ['客户手机号码', '姓名'],
    timeCreate: 0,
    script: {
      start: '开场',
      nodes: [
        { name: '开场', type: 'NormalNode', text: '喂，您好', hits: [{ hit: '肯定', to: '结束' }] },
        { name: '结束', type: 'EndNode', text: '再见' },
      ],
    },
    ...change,
  };
}

function task(change: Data = {}): Data {
  return {
    taskId: 7,
    appId: '1',
    taskName: '通知',
    robotId: '719',
    lineNums: ['0551'],
    timeBegin: 1000,
    ...change,
  };
}

function problemsOf(data: unknown): string[] {
  try {
    parseFixtures(data);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(({ place, found, expected }) => `${place}: ${found} → ${expected}`);
  }
  return [];
}

describe('fixtures', () => {
  it('may be empty, and not nothing', () => {
    expect(parseFixtures({})).toMatchObject({ enterprises: [], robots: [], sensitiveNumbers: [] });
    expect(() => parseFixtures(null)).toThrow('found null, expected fixtures: a map of');
  });

  it('get defaults for what they leave out', () => {
    const { enterprises, apps, lines, robots } = parseFixtures(small());
    expect(enterprises[0]).toEqual({ id: '167', name: '演示企业', enabled: true, balance: null });
    expect(apps[0]?.enabled).toBe(true);
    expect(lines[0]).toMatchObject({ timeWork: [], timeApply: null, timeExpire: -1 });
    expect(robots[0]).toMatchObject({ status: 4, type: 1, deleted: false, timeUpdate: 0, createName: null });
  });

  it('take a list of texts as what a task pushes of intentions, and have none where it says nothing', () => {
    const read = (more: Data) => parseFixtures(small({ tasks: [task(more)] })).tasks[0];
    expect(read({ intentionPush: ['A', 'B'] })?.intentionPush).toEqual(['A', 'B']);
    expect(read({})).not.toHaveProperty('intentionPush');
    expect(problemsOf(small({ tasks: [task({ intentionPush: 'A' })] }))).toEqual([
      'tasks[0].intentionPush: "A" → a list of texts',
    ]);
  });

  it('have tasks whose hours touch, which end a moment after they begin, and with a voice of their own', () => {
    const voices = ['167', '168'].map((businessId) => ({ businessId, code: '60020', name: '晓燕' }));
    const enterprises = ['167', '168'].map((id) => ({ id, name: id }));
    const timeRange = ['12:00:00-13:00:00', '09:00:00-12:00:00', '13:00:00-23:59:59'];
    const tasks = [task({ timeEnd: 1001, timeRange, voiceCode: '60020' })];
    expect(problemsOf(small({ enterprises, voices, tasks }))).toEqual([]);
  });

  it('take instants as ISO 8601 or as ms', () => {
    const create = (timeCreate: unknown) =>
      parseFixtures(small({ robots: [robot({ timeCreate })] })).robots[0]?.timeCreate;
    expect(create('2018-05-26T15:58:12+08:00')).toBe(1_527_321_492_000);
    expect(create('2018-05-26T15:58:12')).toBe(1_527_321_492_000);
    expect(create(1_527_321_492_000)).toBe(1_527_321_492_000);
  });

  it('refer to nodes by name, and give them ids like the platform', () => {
    const script = parseFixtures(small()).robots[0]?.script;
    expect(script?.nodes[0]?.id).toMatch(/^words_start_[0-9a-f]{8}-[0-9a-f]$/);
    expect(script?.nodes[1]?.id).toMatch(/^words_node_[0-9a-f]{8}-[0-9a-f]$/);
    expect(script?.start).toBe(script?.nodes[0]?.id);
    expect(script?.nodes[0]?.hits[0]).toEqual({ hit: '肯定', to: script?.nodes[1]?.id, weight: 1, says: [] });
  });

  it('may refer to nodes by their ids, and let two share a name', () => {
    const script = {
      start: 'a',
      nodes: [
        {
          id: 'a',
          name: '问',
          type: 'NormalNode',
          text: '喂',
          hits: [
            { hit: '是', to: 'b' },
            { hit: '否', to: 'c' },
          ],
        },
        { id: 'b', name: '结束', type: 'EndNode' },
        { id: 'c', name: '结束', type: 'EndNode' },
      ],
    };
    const nodes = parseFixtures(small({ robots: [robot({ script })] })).robots[0]?.script.nodes;
    expect(nodes?.[0]?.hits.map((hit) => hit.to)).toEqual(['b', 'c']);
  });
});

describe('a fault in fixtures names its place, what was found and what is expected', () => {
  const node = (change: Data): Data => ({
    robots: [
      robot({
        script: {
          start: '开场',
          nodes: [
            { name: '开场', type: 'NormalNode', text: '喂', hits: [{ hit: '是', to: '结束' }], ...change },
            { name: '结束', type: 'EndNode' },
          ],
        },
      }),
    ],
  });

  it.each<[string, Data, string]>([
    ['an unknown section', { robot: [] }, 'robot: an unknown key → one of enterprises, apps'],
    [
      'an unknown key',
      { enterprises: [{ id: '167', name: 'x', balanse: 3 }] },
      'enterprises[0].balanse: an unknown key → one of id, name',
    ],
    [
      'a number without quotes',
      { lines: [{ lineNum: 551, businessId: '167', concurrents: 1 }] },
      'lines[0].lineNum: 551 → a text in quotes',
    ],
    [
      'a missing field',
      { apps: [{ id: '1', businessId: '167', type: 2, appKey: 'k' }] },
      'apps[0].appSecret: nothing → a text in quotes',
    ],
    [
      'a strange type of app',
      { apps: [{ id: '1', businessId: '167', type: 3, appKey: 'k', appSecret: 's' }] },
      'apps[0].type: 3 → 0 (outbound)',
    ],
    [
      'malformed hours',
      { lines: [{ lineNum: '1', businessId: '167', concurrents: 1, timeWork: ['9-18'] }] },
      'lines[0].timeWork[0]: "9-18" → hours as',
    ],
    [
      'a malformed instant',
      { robots: [robot({ timeCreate: 'yesterday' })] },
      'robots[0].timeCreate: "yesterday" → ISO 8601',
    ],
    [
      'a strange module',
      { urls: [{ businessId: '167', module: 'receiveAll', url: 'http://x' }] },
      'urls[0].module: "receiveAll" → one of receiveCallRecord',
    ],
    [
      'a url that is none',
      { urls: [{ businessId: '167', module: 'receiveVoice', url: 'x' }] },
      'urls[0].url: "x" → an http or https address',
    ],
    [
      'an id given twice',
      {
        enterprises: [
          { id: '167', name: 'a' },
          { id: '167', name: 'b' },
        ],
      },
      'enterprises[1].id: "167" a second time',
    ],
    [
      'an app of nobody',
      { apps: [{ id: '1', businessId: '9', type: 2, appKey: 'k', appSecret: 's' }] },
      'apps[0].businessId: "9" → an enterprise: 167',
    ],
    [
      'a task on nothing',
      { tasks: [{ taskId: 1, appId: '1', taskName: 't', robotId: 'x', lineNums: ['y'], timeBegin: 0 }] },
      'tasks[0].robotId: "x" → a robot of enterprise 167: 719',
    ],
    [
      'a task that ends before it begins',
      { tasks: [task({ timeEnd: '1970-01-01T08:00:00+08:00' })] },
      'tasks[0].timeEnd: 1970-01-01T08:00:00.000+08:00 → an instant after timeBegin, 1970-01-01T08:00:01.000+08:00',
    ],
    [
      'a task that ends as it begins',
      { tasks: [task({ timeEnd: 1000 })] },
      'tasks[0].timeEnd: 1970-01-01T08:00:01.000+08:00 → an instant after timeBegin',
    ],
    [
      'hours of a task that overlap',
      { tasks: [task({ timeRange: ['13:00:00-18:00:00', '08:00:00-10:00:00', '09:00:00-12:00:00'] })] },
      'tasks[0].timeRange[2]: "09:00:00-12:00:00" → hours apart from 13:00:00-18:00:00, 08:00:00-10:00:00',
    ],
    [
      'a task with a voice that there is not',
      { voices: [{ businessId: '167', code: '60020', name: '晓燕' }], tasks: [task({ voiceCode: '60030' })] },
      'tasks[0].voiceCode: "60030" → a voice of enterprise 167: 60020',
    ],
    [
      'a task with the voice of another enterprise',
      {
        enterprises: [
          { id: '167', name: 'a' },
          { id: '168', name: 'b' },
        ],
        voices: [{ businessId: '168', code: '60020', name: '晓燕' }],
        tasks: [task({ voiceCode: '60020' })],
      },
      'tasks[0].voiceCode: "60020" → a voice of enterprise 167; there is none',
    ],
    [
      'a SIP account of nobody',
      { sipAccounts: [{ user: '1', password: 'p', appId: '7' }] },
      'sipAccounts[0].appId: "7" → an app: 1',
    ],
    [
      'a url of a strange robot',
      { urls: [{ businessId: '167', module: 'receiveVoice', url: 'http://x', robotId: '8' }] },
      'urls[0].robotId: "8" → a robot of enterprise 167',
    ],
    ['weights of no result', { weights: { '1': 5 } }, 'weights.1: "1" → a task_result of the table'],
    ['weights of nothing', { weights: { '0': 0 } }, 'weights: no weight over 0 → at least one'],
    [
      'a column given twice',
      { robots: [robot({ callColumn: ['a', 'a'] })] },
      'robots[0].callColumn[1]: "a" a second time',
    ],
    [
      'a strange node type',
      node({ type: 'Normal' }),
      'robots[0].script.nodes[0].type: "Normal" → one of AnyNode',
    ],
    ['a strange tag', node({ tag: 'G' }), 'robots[0].script.nodes[0].tag: "G" → a letter from A to F'],
    [
      'a hit that leads nowhere',
      node({ hits: [{ hit: '是', to: '结' }] }),
      'robots[0].script.nodes[0].hits[0].to: "结" → the name or id of a node, such as "结束"',
    ],
    [
      'a next that leads nowhere',
      node({ next: 'x' }),
      'robots[0].script.nodes[0].next: "x" → the name or id of a node',
    ],
    ['two nodes of one name', node({ name: '结束' }), 'robots[0].script.start: "开场" → the name or id'],
    [
      'a wrong script',
      node({ text: '', hits: [{ hit: '是', to: '结束', weight: 0 }], next: '结束' }),
      'robots[0].script.nodes[0].text: nothing → what the robot asks',
    ],
    [
      'keys that no telephone has',
      node({ type: 'KeyNavigationNode', hits: [{ hit: '是', to: '结束', keys: 'x' }] }),
      'hits[0].keys: "x" → telephone keys',
    ],
    ['a list that is none', { apps: {} }, 'apps: a map → a list of apps'],
  ])('%s', (_, change, expected) => {
    expect(problemsOf(small(change)).join('\n')).toContain(expected);
  });

  it('beside all the others', () => {
    const problems = problemsOf(
      small({
        weights: { '1': 1, '99': 1 },
        urls: [{ businessId: '9', module: 'receiveVoice', url: 'http://x' }],
      }),
    );
    expect(problems).toHaveLength(3);
  });

  it('and the whole is no list', () => {
    expect(problemsOf([])[0]).toContain('(top): an empty list → fixtures: a map of enterprises');
  });
});

it('what is said of a fault is the message of the error', () => {
  expect(() => parseFixtures({ apps: 1 })).toThrow('apps: found 1, expected a list of apps');
});

it('the default fixtures are sound', () => {
  expect(problemsOf(parse(DEFAULT_TEXT))).toEqual([]);
});
