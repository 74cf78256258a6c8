import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CallFilter, callConditions, listCalls } from '../../../src/sim/call/list.ts';
import { listPushes, type PushFilter, pushConditions } from '../../../src/sim/push/list.ts';
import type { Database, Statement } from '../../../src/sim/store/database.ts';
import { createIndexes, missingIndexes } from '../../../src/sim/store/list-index.ts';
import { type Condition, indexesFor } from '../../../src/sim/store/select-page.ts';
import { listTasks, type TaskListFilter, taskConditions } from '../../../src/sim/task/list.ts';
import type { World } from '../../../src/sim/world.ts';
import { startSimulator, type TestSimulator } from '../../support/simulator.ts';

let simulator: TestSimulator;

beforeEach(async () => {
  simulator = await startSimulator();
});

afterEach(() => simulator.stop());

const UUID = '809c825c-6483-41e8-b8db-2769c24918cd';
const FIRST = { after: 0, limit: 10 };

/** How SQLite goes about the one query that `run` makes. */
function planOf(database: Database, run: () => void): string {
  const { prepare } = database;
  let plan = '';
  database.prepare = <Row>(sql: string): Statement<Row> => {
    const details = prepare.call<Database, [string], Statement<{ detail: string }>>(
      database,
      `EXPLAIN QUERY PLAN ${sql}`,
    );
    plan ||= details
      .all()
      .map(({ detail }) => detail)
      .join('; ');
    return prepare.call<Database, [string], Statement<Row>>(database, sql);
  };
  try {
    run();
  } finally {
    database.prepare = prepare;
  }
  return plan;
}

async function explain<Filter>(
  filter: Filter,
  list: {
    conditions: (world: World, filter: Filter) => Condition[];
    run: (world: World, conditions: readonly Condition[]) => unknown;
  },
): Promise<string> {
  return simulator.simulation.execute((world) => {
    const conditions = list.conditions(world, filter);
    createIndexes(world.database, missingIndexes(world.database, indexesFor(conditions)));
    // Those that other lists have made must not lead it astray.
    const others = conditions.flatMap(({ indexes }) => indexes);
    createIndexes(world.database, missingIndexes(world.database, others));
    return planOf(world.database, () => list.run(world, conditions));
  });
}

describe('a filter of the list of pushes', () => {
  const pushes = {
    conditions: pushConditions,
    run: (world: World, conditions: readonly Condition[]) => listPushes(world, conditions, FIRST),
  };

  it.each<[string, PushFilter, string]>([
    ['callUuid', { callUuid: UUID }, 'outbox USING INDEX outbox_call (call_id='],
    ['callee', { callee: '1' }, 'outbox USING INDEX outbox_call (call_id='],
    ['callRelationId', { callRelationId: '1' }, 'outbox USING INDEX outbox_call (call_id='],
    ['taskId', { taskId: '129' }, 'outbox USING INDEX outbox_call (call_id='],
    ['taskDataId', { taskDataId: '129' }, 'outbox USING INDEX outbox_call (call_id='],
    ['module', { module: 'receiveVoice' }, 'outbox USING INDEX outbox_module (module='],
    ['variant', { variant: 'outbound' }, 'outbox USING INDEX outbox_variant (variant='],
    ['id', { id: '7' }, 'outbox USING INTEGER PRIMARY KEY (rowid='],
    ['state', { state: 2 }, 'outbox USING INDEX outbox_state (state='],
    ['url', { url: 'http://a/' }, 'outbox USING INDEX outbox_address (address='],
    [
      'callee before the others',
      { callee: '1', module: 'receiveVoice', state: 1, url: 'x' },
      'outbox USING INDEX outbox_call',
    ],
    ['failed before module', { module: 'receiveVoice', state: 2 }, 'outbox USING INDEX outbox_state'],
    ['module before delivered', { module: 'receiveVoice', state: 1 }, 'outbox USING INDEX outbox_module'],
  ])('is found by an index: %s', async (_, filter, expected) => {
    const plan = await explain(filter, pushes);
    expect(plan).toContain(expected);
    expect(plan).not.toContain('SCAN outbox');
  });

  it.each<[keyof PushFilter, string]>([
    ['callee', 'call USING COVERING INDEX call_callee'],
    ['callRelationId', 'call USING COVERING INDEX call_relation'],
    ['taskId', 'call USING COVERING INDEX call_task'],
    ['taskDataId', 'call USING COVERING INDEX call_row'],
  ])('finds its calls by an index: %s', async (key, expected) => {
    expect(await explain({ [key]: '129' }, pushes)).toContain(expected);
  });

  it('has none without a filter: the key itself leads on', async () => {
    expect(await explain({}, pushes)).toBe('SEARCH outbox USING INTEGER PRIMARY KEY (rowid>?)');
  });
});

describe('a filter of the list of calls', () => {
  const calls = {
    conditions: callConditions,
    run: (world: World, conditions: readonly Condition[]) => listCalls(world, conditions, FIRST),
  };

  it.each<[string, CallFilter, string]>([
    ['callUuid', { callUuid: UUID }, 'INTEGER PRIMARY KEY (rowid='],
    ['taskDataId', { taskDataId: '129' }, 'INDEX call_row (row_id='],
    ['callRelationId', { callRelationId: '1' }, 'INDEX call_relation (relation_id='],
    ['callee', { callee: '1' }, 'INDEX call_callee (callee='],
    ['caller', { caller: '1' }, 'INDEX call_caller (caller='],
    ['taskId', { taskId: '129' }, 'INDEX call_task (task_id='],
    ['result', { result: 20 }, 'INDEX call_result (result='],
    ['robotId', { robotId: '1' }, 'INDEX call_robot (robot_id='],
    ['lineNum', { lineNum: '1' }, 'INDEX call_line (line_num='],
    ['direction', { direction: 'inbound' }, 'INDEX call_direction (direction='],
    ['ended', { state: 'ended' }, 'INTEGER PRIMARY KEY (rowid>'],
    ['callee before result', { callee: '1', result: 20 }, 'INDEX call_callee'],
  ])('is found by an index: %s', async (_, filter, expected) => {
    expect(await explain(filter, calls)).toContain(`SEARCH call USING ${expected}`);
  });
});

describe('a filter of the list of tasks', () => {
  const tasks = {
    conditions: taskConditions,
    run: (world: World, conditions: readonly Condition[]) => listTasks(world, conditions, FIRST),
  };

  it.each<[string, TaskListFilter, string]>([
    ['taskId', { taskId: '129' }, 'INTEGER PRIMARY KEY (rowid='],
    ['name', { name: 'x' }, 'INDEX task_name (name='],
    ['status', { status: 4 }, 'INDEX task_status (status='],
    ['finished', { status: 'finished' }, 'MULTI-INDEX OR'],
    ['robotId', { robotId: '1' }, 'INDEX task_robot (robot_id='],
    ['appId', { appId: '1' }, 'INDEX task_app (app_id='],
    ['type', { type: 2 }, 'INDEX task_type (type='],
    ['deleted', { deleted: true }, 'INDEX task_deleted (deleted='],
  ])('is found by an index: %s', async (_, filter, expected) => {
    expect(await explain(filter, tasks)).toContain(expected);
  });
});

describe('the indexes of lists', () => {
  const existing = () =>
    simulator.simulation.read((world) =>
      world.database
        .prepare<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'index' ORDER BY name")
        .all()
        .map(({ name }) => name),
    );

  it('are made by the first list that needs them, and by nothing else', async () => {
    const before = await existing();
    expect(before).not.toContain('call_callee');
    await simulator.request('/_sim/calls');
    expect(await existing()).toEqual(before);
    expect((await simulator.request('/_sim/calls?callee=1')).status).toBe(200);
    expect(await existing()).toEqual([...before, 'call_callee'].sort());
    await simulator.request('/_sim/pushes?callee=1');
    expect(await existing()).toEqual([...before, 'call_callee', 'outbox_call'].sort());
  });

  it('are no part of the state', async () => {
    const before = simulator.simulation.dump();
    await simulator.request('/_sim/pushes?callee=1&module=receiveVoice');
    expect(simulator.simulation.dump()).toBe(before);
  });
});
