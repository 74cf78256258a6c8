import { configQuery } from './config-query.ts';
import type { Operation } from './operation.ts';
import { pushFailed } from './push-failed.ts';
import { taskCallout } from './task-callout.ts';
import { taskCreate } from './task-create.ts';
import { taskDelete } from './task-delete.ts';
import { taskInsert } from './task-insert.ts';
import { taskPause } from './task-pause.ts';
import { taskQuery } from './task-query.ts';
import { taskStart } from './task-start.ts';
import { token } from './token.ts';

/** Every operation of the platform, in the order of seed 001. */
export const OPERATIONS: readonly Operation[] = [
  token,
  configQuery,
  taskCallout,
  taskCreate,
  taskInsert,
  taskStart,
  taskPause,
  taskDelete,
  taskQuery,
  pushFailed,
];
