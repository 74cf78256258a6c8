import type { Database } from './database.ts';

/** What lists can be filtered by beyond what the simulation itself looks up. */
const DEFINITIONS = {
  call_callee: 'call(callee)',
  call_caller: 'call(caller)',
  call_direction: 'call(direction)',
  call_line: 'call(line_num)',
  call_relation: 'call(relation_id)',
  call_result: 'call(result)',
  call_robot: 'call(robot_id)',
  call_row: 'call(row_id)',
  call_task: 'call(task_id)',
  outbox_address: 'outbox(address)',
  outbox_call: 'outbox(call_id)',
  outbox_module: 'outbox(module)',
  outbox_state: 'outbox(state)',
  outbox_variant: 'outbox(variant)',
  task_app: 'task(app_id)',
  task_deleted: 'task(deleted)',
  task_enterprise: 'task(business_id)',
  task_name: 'task(name)',
  task_robot: 'task(robot_id)',
  task_status: 'task(status)',
  task_type: 'task(type)',
} as const;

export type ListIndex = keyof typeof DEFINITIONS;

/** Those that nobody has needed so far: calls and pushes are written a million times over, lists are read now and then. */
export function missingIndexes(database: Database, wanted: readonly ListIndex[]): ListIndex[] {
  const exists = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = ?");
  return wanted.filter((name) => exists.get(name) === undefined);
}

/** To be called inside a command; from then on every write keeps them up. */
export function createIndexes(database: Database, wanted: readonly ListIndex[]): void {
  for (const name of wanted)
    database.prepare(`CREATE INDEX IF NOT EXISTS ${name} ON ${DEFINITIONS[name]}`).run();
}
